using System.Data.Common;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Administration;

/// <summary>Somebody who acts for a patient; the id is the user's.</summary>
public sealed record ProxyView(
    string Id,
    string UserId,
    string DisplayName,
    string Email,
    string PatientId,
    string Relationship,
    DateTimeOffset GrantedAt,
    string? GrantedBy,
    DateTimeOffset? From,
    DateTimeOffset? Until,
    DateTimeOffset? ConfirmedAt,
    string? ConfirmedBy);

/// <summary>The proxies of one patient or one user.</summary>
internal sealed record ProxyPage(IReadOnlyList<ProxyView> Items);

/// <summary>Who acts for whom, those who are not yet or no longer in their time included.</summary>
public sealed class ListProxies(Database database)
{
    private const long Limit = 200;

    public ValueTask<List<ProxyView>> OfPatient(TenantId tenant, PatientId patient, CancellationToken cancel) =>
        database.Query(ForPatient, [tenant.Value, patient.Value, Limit], Map, cancel);

    public ValueTask<List<ProxyView>> OfUser(TenantId tenant, UserId user, CancellationToken cancel) =>
        database.Query(ForUser, [tenant.Value, user.Value, Limit], Map, cancel);

    private static ProxyView Map(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        row.GetString(4),
        Instant.FromMicroseconds(row.GetInt64(5)),
        row.IsDBNull(6) ? null : row.GetString(6),
        row.IsDBNull(7) ? null : Instant.FromMicroseconds(row.GetInt64(7)),
        row.IsDBNull(8) ? null : Instant.FromMicroseconds(row.GetInt64(8)),
        row.IsDBNull(9) ? null : Instant.FromMicroseconds(row.GetInt64(9)),
        row.IsDBNull(10) ? null : row.GetString(10));

    private const string Select = """
        select p.user_id, u.display_name, u.email, p.patient_id, p.relationship, p.granted_at, p.granted_by, p.from_at, p.until_at,
          p.confirmed_at, p.confirmed_by
        from access_proxy p
        join access_user u on u.tenant_id = p.tenant_id and u.user_id = p.user_id
        where p.tenant_id = @tenant_id
        """;

    private static readonly Statement ForPatient = new($"""
        {Select}
          and p.patient_id = @patient_id
        order by p.user_id
        limit @limit
        """);

    private static readonly Statement ForUser = new($"""
        {Select}
          and p.user_id = @user_id
        order by p.patient_id
        limit @limit
        """);
}
