using Microsoft.Extensions.Logging;
using Vagus.Access.Sessions;
using Vagus.Identity.Limits;
using Vagus.Identity.People;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Sessions;

/// <summary>
/// Verifies access tokens and session handles against the stored sessions. See the README of this room for how an end reaches every
/// process.
/// </summary>
internal sealed partial class SessionAuthentication(
    Database database,
    ReadDependants dependants,
    VerifiedTokens tokens,
    SessionHandle handles,
    TimeProvider clock,
    ILogger<SessionAuthentication> logger)
        : Authentication
{
    /// <summary>How old knowledge of a session may be. The watch renews all of it every two seconds.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    /// <summary>How old knowledge of a user's dependants may be.</summary>
    public static readonly TimeSpan MaxAgeOfDependants = TimeSpan.FromMinutes(1);

    public const int MaxKnown = 50_000;

    private readonly TwoGenerationCache<(TenantId, SessionId), Known> known = new(MaxKnown);
    private readonly TwoGenerationCache<(TenantId, SessionId), bool> announced = new(MaxKnown);

    // Ticks of the moment up to which every end is known to this process.
    private long watchedUntil = DateTimeOffset.MinValue.UtcTicks;

    public override async ValueTask<Result<Admission>> AuthenticateToken(string accessToken, CancellationToken cancel)
    {
        var check = tokens.Verify(accessToken);
        if (check.Claims is not { } claims)
        {
            Log.TokenRefused(logger, check.Fault);
            return Unauthenticated;
        }

        var session = await Find(claims.Tenant, claims.Session, cancel);
        if (session is null || !IsOf(session.User, claims))
        {
            Log.SessionOver(logger, claims.Tenant.Value, claims.Session.Value);
            return Unauthenticated;
        }

        // The token's expiry has been checked with skew; a session has none.
        return Admit(session, claims.Session, claims.ExpiresAt < session.ExpiresAt ? claims.ExpiresAt : session.ExpiresAt);
    }

    public override async ValueTask<Result<Admission>> AuthenticateSession(
        string sessionId, string userId, string role, CancellationToken cancel)
    {
        if (handles.Read(sessionId) is not var (tenant, id)) return Unauthenticated;

        var session = await Find(tenant, id, cancel);
        if (session is null || session.User.User.Value != userId || session.User.Role.Name() != role) return Unauthenticated;
        return Admit(session, id, session.ExpiresAt);
    }

    /// <summary>Admits the holder of a ticket as the session stands now.</summary>
    public async ValueTask<Result<Admission>> Readmit(
        TenantId tenant, SessionId id, DateTimeOffset admittedUntil, CancellationToken cancel)
    {
        var session = await Find(tenant, id, cancel);
        if (session is null || admittedUntil <= clock.GetUtcNow()) return Unauthenticated;
        return Admit(session, id, admittedUntil < session.ExpiresAt ? admittedUntil : session.ExpiresAt);
    }

    public override async ValueTask<bool> IsLive(TenantId tenant, SessionId session, CancellationToken cancel) =>
        await Find(tenant, session, cancel) is not null;

    /// <summary>Called after the commit that ended the sessions, and by the watch for those that ended elsewhere.</summary>
    public void Announce(IEnumerable<SessionEnd> ends)
    {
        foreach (var end in ends)
        {
            var key = (end.Tenant, end.Session);
            var isNew = !announced.TryGet(key, out _);
            // First announced, then removed: a look-up under way keeps its row in "known" and asks "announced" afterwards.
            announced.Keep(key, true);
            known.Remove(key);
            if (!isNew) continue;
            Log.Ended(logger, end.Tenant.Value, end.Session.Value, end.User.Value, end.Reason);
            Announce(end);
        }
    }

    /// <summary>
    /// Everything that ended before this moment has been announced. After a pause nothing older than the moment is believed.
    /// </summary>
    public void WatchedUntil(DateTimeOffset moment) => Volatile.Write(ref watchedUntil, moment.UtcTicks);

    /// <summary>Forgets what is known: the watch was away for so long that it may have missed an end.</summary>
    public void Forget() => known.Clear();

    private Admission Admit(Known session, SessionId id, DateTimeOffset expiresAt)
    {
        var now = clock.GetUtcNow();
        return new Admission(session.User.CallerIn(id, now), expiresAt) { RightsUntil = session.User.RightsUntil(now) };
    }

    private async ValueTask<Known?> Find(TenantId tenant, SessionId id, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (known.TryGet((tenant, id), out var hit) && IsFresh(hit, now)) return hit.ExpiresAt > now ? hit : null;

        var loaded = await database.QueryOne(
            FindLive,
            [tenant.Value, id.Value, now.ToMicroseconds()],
            row => new Known(UserRow.Map(row), Instant.FromMicroseconds(row.GetInt64(UserRow.ColumnCount)), now),
            cancel);
        if (loaded is null)
        {
            known.Remove((tenant, id));
            return null;
        }

        loaded = loaded with { User = await dependants.Of(loaded.User, now, cancel) };
        known.Keep((tenant, id), loaded);
        // The session may have ended since the database was asked. Its end is announced once, so this row would stay.
        if (!announced.TryGet((tenant, id), out _)) return loaded;

        known.Remove((tenant, id));
        return null;
    }

    // A dependant's birth date may be put right, and the tenant may set other ages: nothing announces that.
    private bool IsFresh(Known session, DateTimeOffset now) =>
        (session.User.Dependants.Count == 0 || now - session.LoadedAt < MaxAgeOfDependants) &&
        now.UtcTicks - Math.Max(session.LoadedAt.UtcTicks, Volatile.Read(ref watchedUntil)) <= MaxAge.Ticks;

    private static bool IsOf(UserRow user, AccessClaims claims) =>
        user.User == claims.User && user.Role == claims.Role && user.Patient == claims.Patient;

    private sealed record Known(UserRow User, DateTimeOffset ExpiresAt, DateTimeOffset LoadedAt);

    private static readonly Statement FindLive = new($"""
        select {UserRow.Columns}, s.expires_at
        from access_session s
        join access_user u on u.tenant_id = s.tenant_id and u.user_id = s.user_id and u.role = s.role
        where s.tenant_id = @tenant_id
          and s.session_id = @session_id
          and s.ended_at is null
          and s.expires_at > @now
          and not u.disabled
        """);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "An access token was refused: {Fault}")]
        public static partial void TokenRefused(ILogger logger, TokenFault fault);

        [LoggerMessage(2, LogLevel.Information, "Tenant {Tenant}: a token of session {Session}, which is over, was refused")]
        public static partial void SessionOver(ILogger logger, string tenant, string session);

        [LoggerMessage(3, LogLevel.Information, "Tenant {Tenant}: session {Session} of user {User} ended: {Reason}")]
        public static partial void Ended(ILogger logger, string tenant, string session, string user, EndReason reason);
    }
}
