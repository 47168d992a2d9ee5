using System.Data.Common;
using Vagus.Access.Audit;
using Vagus.Access.Sessions;
using Vagus.Identity.DeviceKeys;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Sessions;

/// <summary>Ends sessions inside a write. Whoever calls it announces the result after the commit.</summary>
internal static class EndSessions
{
    /// <summary>Null when the session was not live, or is not this user's.</summary>
    public static async ValueTask<SessionEnd?> One(
        WriteTransaction write, AuditActor by, UserId user, SessionId session, EndReason reason, CancellationToken cancel)
    {
        var ended = await write.Execute(
            End, [write.At.ToMicroseconds(), reason.Name(), write.Tenant.Value, session.Value, user.Value], cancel);
        if (ended == 0) return null;
        await EndLaunchedFrom(write, by, session, reason, cancel);
        AuditTrail.Add(write, EntryOf(by, user, session, reason));
        await OpenGlass.EndWith(write, session, cancel);
        return new SessionEnd(write.Tenant, session, user, reason);
    }

    // Applications that were launched from the session. The watch announces their ends within two seconds.
    private static async ValueTask EndLaunchedFrom(
        WriteTransaction write, AuditActor by, SessionId session, EndReason reason, CancellationToken cancel)
    {
        var launched = await write.Query(
            LaunchedFrom, [write.Tenant.Value, session.Value], row => (Session: SessionOf(row), User: new UserId(row.GetString(1))),
            cancel);
        foreach (var each in launched)
        {
            await write.Queue(
                End, [write.At.ToMicroseconds(), reason.Name(), write.Tenant.Value, each.Session.Value, each.User.Value], cancel);
            // Of a reused token only the session that it was of is told so.
            var entry = EntryOf(by, each.User, each.Session, reason);
            AuditTrail.Add(write, entry with { Action = AuditActions.SessionEnd, Outcome = AuditOutcome.Success });
        }
    }

    /// <summary>Ends the user's live sessions except the newest ones (<paramref name="keepNewest"/>) and one that stays anyway.</summary>
    public static async ValueTask<List<SessionEnd>> OfUser(
        WriteTransaction write, AuditActor by, UserId user, EndReason reason, int keepNewest, SessionId? except,
        CancellationToken cancel)
    {
        if (DeviceKeyVersion.IsRaisedBy(reason)) await DeviceKeyVersion.Raise(write, user, cancel);
        // A sign-in does not take the place of an application.
        var live = await write.Query(
            reason == EndReason.Displaced ? SignInsOfUser : LiveOfUser,
            [write.Tenant.Value, user.Value, write.At.ToMicroseconds()], SessionOf, cancel);
        var ends = new List<SessionEnd>();
        foreach (var session in live.Where(session => session != except).Skip(keepNewest))
        {
            if (await One(write, by, user, session, reason, cancel) is { } end) ends.Add(end);
        }

        return ends;
    }

    /// <summary>Ends what a secret of a service account has opened, and what is not known to be of another one.</summary>
    public static async ValueTask<List<SessionEnd>> OfSecret(
        WriteTransaction write, AuditActor by, UserId service, string secretId, CancellationToken cancel)
    {
        var live = await write.Query(
            LiveOfSecret, [write.Tenant.Value, service.Value, write.At.ToMicroseconds(), secretId], SessionOf, cancel);
        var ends = new List<SessionEnd>();
        foreach (var session in live)
        {
            if (await One(write, by, service, session, EndReason.EndedByOperator, cancel) is { } end) ends.Add(end);
        }

        return ends;
    }

    // A caller has ended it: the caller's own session is that of the request. Otherwise the session speaks for its user.
    private static AuditEntry EntryOf(AuditActor by, UserId user, SessionId session, EndReason reason)
    {
        var entry = by.Entry(ActionOf(reason)) with
        {
            On = $"User/{user}", Outcome = reason == EndReason.RefreshReused ? AuditOutcome.SeriousFailure : AuditOutcome.Success,
        };
        return by.Caller is null
            ? entry with { User = user, Session = session, Detail = reason.Name() }
            : entry with { Detail = $"{reason.Name()},session={session}" };
    }

    private static string ActionOf(EndReason reason) => reason switch
    {
        EndReason.SignedOut => AuditActions.SignOut,
        EndReason.RefreshReused => AuditActions.RefreshReused,
        _ => AuditActions.SessionEnd,
    };

    private static SessionId SessionOf(DbDataReader row) => new(row.GetString(0));

    private static readonly Statement End = new("""
        update access_session
        set ended_at = @ended_at, ended_why = @ended_why
        where tenant_id = @tenant_id
          and session_id = @session_id
          and user_id = @user_id
          and ended_at is null
        """);

    private static readonly Statement LaunchedFrom = new("""
        select session_id, user_id
        from access_session
        where tenant_id = @tenant_id
          and parent_session = @session_id
          and ended_at is null
        order by session_id
        """);

    private const string Live = """
        select session_id
        from access_session
        where tenant_id = @tenant_id
          and user_id = @user_id
          and ended_at is null
          and ends_at > @now
        """;

    private const string Newest = "order by started_at desc, session_id desc";

    private static readonly Statement LiveOfUser = new($"""
        {Live}
        {Newest}
        """);

    private static readonly Statement LiveOfSecret = new($"""
        {Live}
          and (secret_id = @secret_id or secret_id is null)
        {Newest}
        """);

    private static readonly Statement SignInsOfUser = new($"""
        {Live}
          and app_id is null
        {Newest}
        """);
}
