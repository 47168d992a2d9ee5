using System.Data.Common;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Sessions;

/// <summary>What sessions have open now, and which of them were granted or lost something lately.</summary>
internal sealed class ReadOpenGlass(Database database)
{
    /// <summary>An expression over a session <c>s</c>: whether it has anything open, so that most are not asked further.</summary>
    public const string HasOpen = """
        case when exists (
            select 1 from access_break_glass g
            where g.tenant_id = s.tenant_id and g.session_id = s.session_id and g.ended_at is null) then true else false end
        """;

    private const long MostChanges = 1000;

    public async ValueTask<IReadOnlyList<BreakGlass>> Of(TenantId tenant, SessionId session, CancellationToken cancel) =>
        await database.Query(FindOpen, [tenant.Value, session.Value], Map, cancel);

    /// <summary>The oldest first, at most a thousand.</summary>
    public ValueTask<List<GlassChange>> ChangedSince(DateTimeOffset moment, CancellationToken cancel) => database.Query(
        Changed,
        [moment.ToMicroseconds(), MostChanges],
        row => new GlassChange(
            row.GetString(0), row.GetBoolean(1), row.GetInt64(2), new TenantId(row.GetString(3)), new SessionId(row.GetString(4))),
        cancel);

    private static BreakGlass Map(DbDataReader row) =>
        new(new PatientId(row.GetString(0)), row.GetString(1), Instant.FromMicroseconds(row.GetInt64(2)), row.GetBoolean(3));

    private static readonly Statement FindOpen = new("""
        select patient_id, purpose, ends_at, medical_emergency
        from access_break_glass
        where tenant_id = @tenant_id
          and session_id = @session_id
          and ended_at is null
        order by begun_at, glass_id
        """);

    private static readonly Statement Changed = new("""
        select glass_id, ended_at is not null, changed_at, tenant_id, session_id
        from access_break_glass
        where changed_at > @since
        order by changed_at
        limit @limit
        """);
}

/// <summary>That a session began or ended to have a record open.</summary>
internal sealed record GlassChange(string Glass, bool HasEnded, long At, TenantId Tenant, SessionId Session);
