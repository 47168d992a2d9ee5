using Vagus.Access.Audit;
using Vagus.Access.Sessions;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.OAuth;

/// <summary>Ends sessions of an application inside a write; the caller announces them after the commit.</summary>
internal static class EndAppSessions
{
    public static async ValueTask<List<SessionEnd>> All(
        WriteTransaction write, AuditActor by, string app, EndReason reason, CancellationToken cancel) =>
        await End(
            write, by, await write.Query(LiveOfApp, [write.Tenant.Value, app, write.At.ToMicroseconds()], Map, cancel), reason, cancel);

    public static async ValueTask<List<SessionEnd>> OfUser(
        WriteTransaction write, AuditActor by, string app, UserId user, EndReason reason, CancellationToken cancel) =>
        await End(
            write, by,
            await write.Query(LiveOfUser, [write.Tenant.Value, app, user.Value, write.At.ToMicroseconds()], Map, cancel), reason, cancel);

    private static async ValueTask<List<SessionEnd>> End(
        WriteTransaction write, AuditActor by, List<(SessionId Session, UserId User)> live, EndReason reason, CancellationToken cancel)
    {
        var ends = new List<SessionEnd>();
        foreach (var (session, user) in live)
        {
            if (await EndSessions.One(write, by, user, session, reason, cancel) is { } end) ends.Add(end);
        }

        return ends;
    }

    private static (SessionId Session, UserId User) Map(System.Data.Common.DbDataReader row) =>
        (new SessionId(row.GetString(0)), new UserId(row.GetString(1)));

    private static readonly Statement LiveOfApp = new("""
        select session_id, user_id
        from access_session
        where tenant_id = @tenant_id
          and app_id = @app_id
          and ended_at is null
          and ends_at > @now
        """);

    private static readonly Statement LiveOfUser = new("""
        select session_id, user_id
        from access_session
        where tenant_id = @tenant_id
          and app_id = @app_id
          and user_id = @user_id
          and ended_at is null
          and ends_at > @now
        """);
}
