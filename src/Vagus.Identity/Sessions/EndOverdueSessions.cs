using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Access.Sessions;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Sessions;

/// <summary>
/// Ends the sessions that were idle for too long or reached their absolute end, so that live connections are told. Every process looks;
/// the end is conditional, so one of them makes it and the others hear of it from the watch.
/// </summary>
internal sealed class EndOverdueSessions(Database database, GroupCommit commit, SessionAuthentication sessions, TimeProvider clock)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private const int Batch = 500;

    public async Task Look(CancellationToken cancel)
    {
        while (true)
        {
            var due = await database.Query(
                Overdue,
                [clock.GetUtcNow().ToMicroseconds(), (long)Batch],
                row => new Due(
                    new TenantId(row.GetString(0)), new SessionId(row.GetString(1)), new UserId(row.GetString(2)), row.GetBoolean(3)),
                cancel);
            foreach (var tenant in due.GroupBy(session => session.Tenant)) await End(tenant.Key, [.. tenant], cancel);
            if (due.Count < Batch) return;
        }
    }

    private async Task End(TenantId tenant, List<Due> due, CancellationToken cancel)
    {
        var outcome = await commit.Write<List<SessionEnd>>(
            tenant,
            async (write, token) =>
            {
                var ends = new List<SessionEnd>();
                if (due.Exists(session => session.IsOfProgram))
                {
                    var programs = due.Where(session => session.IsOfProgram).Select(session => session.Session.Value);
                    await write.Execute(
                        EndPrograms, [EndReason.Expired.Name(), tenant.Value, JsonSerializer.Serialize(programs)], token);
                }

                foreach (var session in due.Where(session => !session.IsOfProgram))
                {
                    if (await EndOne(write, session, token) is { } end) ends.Add(end);
                }

                return ends;
            },
            cancel);
        if (outcome.Refusal is { } refusal) throw new InvalidOperationException($"Sessions could not be ended: {refusal.Code}.");
        sessions.Announce(outcome.Value);
    }

    private async ValueTask<SessionEnd?> EndOne(WriteTransaction write, Due session, CancellationToken cancel)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        var values = new object?[] { write.Tenant.Value, session.Session.Value, now };
        if (await write.QueryOne(FindEnd, values, row => (long?)row.GetInt64(0), cancel) is not { } expiresAt) return null;

        var why = expiresAt <= now ? EndReason.Expired : EndReason.Idle;
        return await EndSessions.One(write, AuditActor.Server, session.User, session.Session, why, cancel);
    }

    private sealed record Due(TenantId Tenant, SessionId Session, UserId User, bool IsOfProgram);

    /// <summary>The condition of a session that an application has for itself.</summary>
    internal const string OfProgram = "app_id is not null and role = 'service'";

    private static readonly Statement Overdue = new($"""
        select tenant_id, session_id, user_id, case when {OfProgram} then true else false end
        from access_session
        where ended_at is null
          and ends_at <= @now
          and {NotStopped.Sql}
        order by ends_at
        limit @limit
        """);

    // Tokens of programs are as many as they ask for, and the entry of their issue tells their end: they are ended together, without an
    // entry or an announcement each. They are not renewed, and a socket that one has bound ends with it by itself.
    private static readonly Statement EndPrograms = ListSql.With(list => $"""
        update access_session
        set ended_at = ends_at, ended_why = @why
        where tenant_id = @tenant_id
          and session_id in ({list("sessions")})
          and ended_at is null
        """);

    // Asked again within the write: an action may have come in since.
    private static readonly Statement FindEnd = new("""
        select expires_at
        from access_session
        where tenant_id = @tenant_id
          and session_id = @session_id
          and ended_at is null
          and ends_at <= @now
        """);
}
