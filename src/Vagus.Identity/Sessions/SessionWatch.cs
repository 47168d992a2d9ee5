using System.Data.Common;
using Vagus.Access.Sessions;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Sessions;

/// <summary>
/// Learns of sessions that other processes ended, or granted something. Each look reads all ends of the last minute anew: clocks of
/// processes may differ and a commit may come later than the time it carries, and announcing twice changes nothing.
/// </summary>
internal sealed class SessionWatch(
    Database database, SessionAuthentication sessions, ReadOpenGlass openGlass, TimeProvider clock)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    public static readonly TimeSpan Overlap = TimeSpan.FromSeconds(60);
    private const int PageSize = 1000;

    private DateTimeOffset? lastLook;

    public async Task Look(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        // Nothing may be missed between two looks: after a pause of half the overlap what is known is read anew.
        if (lastLook is { } last && now - last > Overlap / 2) sessions.Forget();

        var since = (At: (now - Overlap).ToMicroseconds(), Session: "");
        while (true)
        {
            var page = await database.Query(EndedSince, [since.At, since.Session, (long)PageSize], Map, cancel);
            sessions.Announce(page.Select(row => row.End));
            if (page.Count < PageSize) break;
            since = (page[^1].At, page[^1].End.Session.Value);
        }

        foreach (var change in await openGlass.ChangedSince(now - Overlap, cancel)) sessions.RightsHaveChanged(change);
        lastLook = now;
        sessions.WatchedUntil(now);
    }

    private static (long At, SessionEnd End) Map(DbDataReader row) => (
        row.GetInt64(0),
        new SessionEnd(
            new TenantId(row.GetString(1)), new SessionId(row.GetString(2)), new UserId(row.GetString(3)),
                EndReasons.Parse(row.GetString(4))));

    // Tokens of programs that have run out are many, and nothing waits for their end.
    private static readonly Statement EndedSince = new($"""
        select ended_at, tenant_id, session_id, user_id, ended_why
        from access_session
        where ended_at is not null
          and (ended_at, session_id) > (@since, @after_session)
          and not (ended_why = 'expired' and {EndOverdueSessions.OfProgram})
        order by ended_at, session_id
        limit @limit
        """);
}
