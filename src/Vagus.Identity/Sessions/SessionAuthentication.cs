using System.Data.Common;
using Microsoft.Extensions.Logging;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Access.Visibility;
using Vagus.Identity.Limits;
using Vagus.Identity.People;
using Vagus.Identity.Providers;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Sessions;

/// <summary>
/// Verifies access tokens and session handles against the stored sessions. See the README of this room for how an end reaches every
/// process.
/// </summary>
internal sealed partial class SessionAuthentication(
    Database database,
    GroupCommit commit,
    ReadDependants dependants,
    ReadOpenGlass openGlass,
    VerifiedTokens tokens,
    ProviderTokens providerTokens,
    OpenProviderSession openProviderSession,
    SessionHandle handles,
    TenantPolicies policies,
    TimeProvider clock,
    ILogger<SessionAuthentication> logger)
        : Authentication
{
    /// <summary>How old knowledge of a session may be. The watch renews all of it every two seconds.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(5);

    /// <summary>How old knowledge of a user's dependants may be.</summary>
    public static readonly TimeSpan MaxAgeOfDependants = TimeSpan.FromMinutes(1);

    public const int MaxKnown = 50_000;

    /// <summary>Actions closer together are one: a session may end by so much earlier than its idle limit says.</summary>
    public static readonly TimeSpan ActionPrecision = TimeSpan.FromSeconds(15);

    private readonly TwoGenerationCache<(TenantId, SessionId), Known> known = new(MaxKnown);
    private readonly TwoGenerationCache<(TenantId, SessionId), bool> announced = new(MaxKnown);
    private readonly TwoGenerationCache<GlassChange, bool> toldChanges = new(MaxKnown);

    // Ticks of the moment up to which every end is known to this process.
    private long watchedUntil = DateTimeOffset.MinValue.UtcTicks;

    protected override async ValueTask<Result<Admission>> AuthenticateAnyToken(string accessToken, CancellationToken cancel)
    {
        var check = tokens.Verify(accessToken);
        if (check.Fault is TokenFault.UnknownIssuer or TokenFault.WrongKind) return await AuthenticateProviders(accessToken, cancel);
        if (check.Claims is not { } claims)
        {
            Log.TokenRefused(logger, check.Fault);
            return Unauthenticated;
        }

        var session = await Find(claims.Tenant, claims.Session, cancel);
        if (session is null || !IsOf(session, claims))
        {
            Log.SessionOver(logger, claims.Tenant.Value, claims.Session.Value);
            return Unauthenticated;
        }

        // The token's expiry has been checked with skew; a session has none.
        var expiresAt = claims.ExpiresAt < session.ExpiresAt ? claims.ExpiresAt : session.ExpiresAt;
        var admission = await Admit(session, claims.Session, expiresAt, cancel);
        return claims.Scope is null ? admission : Limit(admission, claims);
    }

    /// <summary>An application's token opens what its scopes name of what its user may.</summary>
    private static Admission Limit(Admission admission, AccessClaims claims) =>
        Below(admission, new ActingApp(claims.Client, claims.Scope ?? "", claims.Patient), claims.Ceiling ?? []);

    private static Admission Below(Admission admission, ActingApp app, IReadOnlyList<Grant> ceiling) =>
        admission with { Caller = admission.Caller with { App = app }, Ceiling = ceiling };

    /// <summary>A token that another issuer made; its session here begins with the first of them.</summary>
    private async ValueTask<Result<Admission>> AuthenticateProviders(string accessToken, CancellationToken cancel)
    {
        var (claims, fault) = await providerTokens.Verify(accessToken, cancel);
        if (claims is null)
        {
            Log.TokenRefused(logger, fault);
            return Unauthenticated;
        }

        var session = await Find(claims.Tenant, claims.Session, cancel);
        if (session is null)
        {
            // Also where it was just opened by another request of the same sign-in.
            Announce(await openProviderSession.Open(claims, cancel));
            session = await Find(claims.Tenant, claims.Session, cancel);
        }

        if (session is null)
        {
            Log.SessionOver(logger, claims.Tenant.Value, claims.Session.Value);
            return Unauthenticated;
        }

        var expiresAt = claims.ExpiresAt < session.ExpiresAt ? claims.ExpiresAt : session.ExpiresAt;
        return await Admit(session, claims.Session, expiresAt, cancel);
    }

    public override async ValueTask<Result<Admission>> AuthenticateSession(
        string sessionId, string userId, string role, CancellationToken cancel)
    {
        if (handles.Read(sessionId) is not var (tenant, id)) return Unauthenticated;

        var session = await Find(tenant, id, cancel);
        if (session is not { Application: null } || session.User.User.Value != userId || session.User.Role.Name() != role)
            return Unauthenticated;
        return await Admit(session, id, session.ExpiresAt, cancel);
    }

    public override async ValueTask<Result<Admission>> Readmit(
        TenantId tenant, SessionId id, DateTimeOffset admittedUntil, CancellationToken cancel)
    {
        var admission = await ReadmitWithApplications(tenant, id, admittedUntil, cancel);
        return admission is { IsRefused: false, Value.Ceiling: not null } ? Unauthenticated : admission;
    }

    /// <summary>
    /// The same also for sessions of applications. Their ceiling is empty, since the scopes of the token that asked for the ticket are not
    /// kept.
    /// </summary>
    public async ValueTask<Result<Admission>> ReadmitWithApplications(
        TenantId tenant, SessionId id, DateTimeOffset admittedUntil, CancellationToken cancel)
    {
        var session = await Find(tenant, id, cancel);
        if (session is null || admittedUntil <= clock.GetUtcNow()) return Unauthenticated;
        var admission = await Admit(session, id, admittedUntil < session.ExpiresAt ? admittedUntil : session.ExpiresAt, cancel);
        return session.Application is { } app ? Below(admission, new ActingApp(app, Scopes: "", Patient: null), []) : admission;
    }

    public override async ValueTask<bool> IsLive(TenantId tenant, SessionId session, CancellationToken cancel) =>
        await Find(tenant, session, cancel) is not null;

    /// <summary>Asked of the database: another process may have taken the proof.</summary>
    public override async ValueTask<bool> IsFresh(TenantId tenant, SessionId session, CancellationToken cancel)
    {
        var earliest = (clock.GetUtcNow() - RequiresFreshSignIn.Window).ToMicroseconds();
        return await database.QueryOne(
            FindFresh, [tenant.Value, session.Value, earliest], row => (long?)row.GetInt64(0), cancel) is not null;
    }

    public override async ValueTask NoteAction(TenantId tenant, SessionId session, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (!known.TryGet((tenant, session), out var hit) || hit.EndsAt >= hit.ExpiresAt) return;
        if (hit.EndsAt - hit.IdleLimit > now - ActionPrecision) return;

        var until = now + hit.IdleLimit < hit.ExpiresAt ? now + hit.IdleLimit : hit.ExpiresAt;
        var outcome = await commit.Write<int>(
            tenant,
            async (write, token) => await write.Execute(
                Prolong, [until.ToMicroseconds(), tenant.Value, session.Value, now.ToMicroseconds()], token),
            cancel);
        // Nothing prolonged: it is over, or another process knows of a later action. The next look-up reads which.
        if (outcome.IsRefused || outcome.Value == 0) known.Remove((tenant, session));
        else KeepUnlessOver((tenant, session), hit with { EndsAt = until });
    }

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
    /// Called after the commit of a change, and by the watch for each one of the last minute. A look-up under way may keep what it read
    /// before, so the session is read anew at each of its looks; observers are told once.
    /// </summary>
    public void RightsHaveChanged(GlassChange change)
    {
        known.Remove((change.Tenant, change.Session));
        if (toldChanges.TryGet(change, out _)) return;
        toldChanges.Keep(change, true);
        AnnounceRights(change.Tenant, change.Session);
    }

    /// <summary>
    /// Everything that ended before this moment has been announced. After a pause nothing older than the moment is believed.
    /// </summary>
    public void WatchedUntil(DateTimeOffset moment) => Volatile.Write(ref watchedUntil, moment.UtcTicks);

    /// <summary>Forgets what is known: the watch was away for so long that it may have missed an end.</summary>
    public void Forget() => known.Clear();

    private async ValueTask<Admission> Admit(Known session, SessionId id, DateTimeOffset expiresAt, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var opened = session.Opened.Where(each => each.EndsAt > now).ToArray();
        var caller = session.User.CallerIn(id, now) with { Purpose = opened.LastOrDefault()?.Purpose };
        var policy = await policies.Of(caller.Tenant, cancel);
        return new Admission(caller, expiresAt)
        {
            Narrowing = policy.Narrowing,
            RightsUntil = opened.Select(each => each.EndsAt).Append(session.User.RightsUntil(now)).Min(),
            BreakGlass = opened,
        };
    }

    private async ValueTask<Known?> Find(TenantId tenant, SessionId id, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        // One that seems to be over may have been prolonged by another process.
        if (known.TryGet((tenant, id), out var hit) && IsFresh(hit, now) && hit.EndsAt > now) return hit;

        var loaded = await database.QueryOne(
            FindLive,
            [tenant.Value, id.Value, now.ToMicroseconds()],
            row => Read(row, now),
            cancel);
        if (loaded is null)
        {
            known.Remove((tenant, id));
            return null;
        }

        loaded = loaded with { User = await dependants.Of(loaded.User, now, cancel) };
        if (loaded.HasOpened) loaded = loaded with { Opened = await openGlass.Of(tenant, id, cancel) };
        return KeepUnlessOver((tenant, id), loaded) ? loaded : null;
    }

    private bool KeepUnlessOver((TenantId, SessionId) key, Known session)
    {
        known.Keep(key, session);
        // The session may have ended since the database was asked. Its end is announced once, so this row would stay.
        if (!announced.TryGet(key, out _)) return true;

        known.Remove(key);
        return false;
    }

    private static Known Read(DbDataReader row, DateTimeOffset now) => new(
        UserRow.Map(row),
        Instant.FromMicroseconds(row.GetInt64(UserRow.ColumnCount)),
        Instant.FromMicroseconds(row.GetInt64(UserRow.ColumnCount + 1)),
        TimeSpan.FromMicroseconds(row.GetInt64(UserRow.ColumnCount + 2)),
        row.IsDBNull(UserRow.ColumnCount + 3) ? null : row.GetString(UserRow.ColumnCount + 3),
        row.GetBoolean(UserRow.ColumnCount + 4),
        now);

    // A dependant's birth date may be put right, and the tenant may set other ages: nothing announces that.
    private bool IsFresh(Known session, DateTimeOffset now) =>
        (session.User.Dependants.Count == 0 || now - session.LoadedAt < MaxAgeOfDependants) &&
        now.UtcTicks - Math.Max(session.LoadedAt.UtcTicks, Volatile.Read(ref watchedUntil)) <= MaxAge.Ticks;

    // Only the session of an application takes tokens with scopes, only those of this application, and no others.
    private static bool IsOf(Known session, AccessClaims claims) =>
        session.User.User == claims.User
        && session.User.Role == claims.Role
        && session.Application == (claims.Scope is null ? null : claims.Client)
        && (claims.Scope is not null || session.User.Patient == claims.Patient);

    /// <summary><c>ExpiresAt</c> is the absolute end, <c>EndsAt</c> the one without a further action.</summary>
    private sealed record Known(
        UserRow User, DateTimeOffset ExpiresAt, DateTimeOffset EndsAt, TimeSpan IdleLimit, string? Application, bool HasOpened,
        DateTimeOffset LoadedAt)
    {
        /// <summary>Some may be over.</summary>
        public IReadOnlyList<BreakGlass> Opened { get; init; } = [];
    }

    private static readonly Statement FindLive = new($"""
        select {UserRow.Columns}, s.expires_at, s.ends_at, s.idle_limit, s.app_id,
          {ReadOpenGlass.HasOpen}
        from access_session s
        join access_user u on u.tenant_id = s.tenant_id and u.user_id = s.user_id and u.role = s.role
        where s.tenant_id = @tenant_id
          and s.session_id = @session_id
          and s.ended_at is null
          and s.ends_at > @now
          and not u.disabled
        """);

    private static readonly Statement FindFresh = new("""
        select authenticated_at
        from access_session
        where tenant_id = @tenant_id
          and session_id = @session_id
          and ended_at is null
          and authenticated_at > @earliest
        """);

    private static readonly Statement Prolong = new("""
        update access_session
        set ends_at = @ends_at
        where tenant_id = @tenant_id
          and session_id = @session_id
          and ended_at is null
          and ends_at > @now
          and ends_at < @ends_at
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
