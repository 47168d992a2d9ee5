using System.Data.Common;
using Vagus.Identity.People;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Administration;

/// <summary>A user as administrators see it; who sees all labelled records has every category in <paramref name="Labels"/>.</summary>
public sealed record AdministeredUser(
    string Id,
    string Email,
    string DisplayName,
    string Role,
    string? PatientId,
    string? PractitionerId,
    bool SeesSensitive,
    IReadOnlyList<string> Labels,
    bool Disabled,
    DateTimeOffset CreatedAt,
    DateTimeOffset? LastSeenAt);

/// <summary>One page; <paramref name="Next"/> names where the next one begins, null on the last.</summary>
public sealed record UserPage(IReadOnlyList<AdministeredUser> Items, string? Next);

/// <summary>Which users are asked for: absent fields ask for all.</summary>
public sealed record UserFilter(Role? Role = null, string? Email = null, string? After = null, int Limit = UserFilter.DefaultLimit)
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;
}

/// <summary>The users of a tenant, in the order of their ids.</summary>
public sealed class ListUsers(Database database)
{
    public async ValueTask<UserPage> List(TenantId tenant, UserFilter filter, CancellationToken cancel)
    {
        var limit = Math.Clamp(filter.Limit, 1, UserFilter.MaxLimit);
        object?[] values =
        [
            tenant.Value, filter.After ?? "", filter.Role?.Name() ?? "", filter.Email is { } email ? UserRow.KeyOf(email) : "", limit + 1L,
        ];
        var found = await database.Query(Page, values, Map, cancel);
        return found.Count <= limit ? new UserPage(found, null) : new UserPage(found[..limit], found[limit - 1].Id);
    }

    public ValueTask<AdministeredUser?> One(TenantId tenant, UserId user, CancellationToken cancel) =>
        database.QueryOne(Single, [tenant.Value, user.Value], Map, cancel);

    private static AdministeredUser Map(DbDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        row.GetString(3),
        row.IsDBNull(4) ? null : row.GetString(4),
        row.IsDBNull(5) ? null : row.GetString(5),
        (Sensitivity)row.GetInt64(6) == Sensitivity.All,
        Sensitivities.NamesOf((Sensitivity)row.GetInt64(6)),
        row.GetBoolean(7),
        Instant.FromMicroseconds(row.GetInt64(8)),
        row.IsDBNull(9) ? null : Instant.FromMicroseconds(row.GetInt64(9)));

    private const string Select = """
        select u.user_id, u.email, u.display_name, u.role, u.patient_id, u.practitioner_id, u.labels, u.disabled, u.created_at,
          (select max(s.seen_at) from access_session s where s.tenant_id = u.tenant_id and s.user_id = u.user_id)
        from access_user u
        where u.tenant_id = @tenant_id
        """;

    private static readonly Statement Page = new($"""
        {Select}
          and u.user_id > @after
          and (@role = '' or u.role = @role)
          and (@email_key = '' or u.email_key = @email_key)
        order by u.user_id
        limit @limit
        """);

    private static readonly Statement Single = new($"""
        {Select}
          and u.user_id = @user_id
        """);
}
