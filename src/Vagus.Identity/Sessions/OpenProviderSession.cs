using Vagus.Access.Audit;
using Vagus.Access.Sessions;
using Vagus.Access.Tenants;
using Vagus.Identity.People;
using Vagus.Identity.Providers;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Sessions;

/// <summary>
/// Gives a sign-in at a provider its session here, with the first token that comes of it: it is listed, times out and ends like any other.
/// One that is over is not begun again. A second factor is the provider's matter; <c>amr</c> tells of it.
/// </summary>
internal sealed class OpenProviderSession(GroupCommit commit, IdentityOptions options)
{
    /// <summary>
    /// The sessions that gave way to it, which the caller announces. Nothing is opened when nobody is linked to the subject, or the session
    /// is there already.
    /// </summary>
    public async ValueTask<IReadOnlyList<SessionEnd>> Open(ProviderClaims claims, CancellationToken cancel)
    {
        var opened = await commit.Write<List<SessionEnd>>(claims.Tenant, (write, token) => Write(write, claims, token), cancel);
        return opened.IsRefused ? [] : opened.Value;
    }

    private async ValueTask<Result<List<SessionEnd>>> Write(WriteTransaction write, ProviderClaims claims, CancellationToken cancel)
    {
        var values = new object?[] { write.Tenant.Value, claims.Provider.Issuer, claims.Subject };
        if (await write.QueryOne(FindLinked, values, UserRow.Map, cancel) is not { } user) return new List<SessionEnd>();

        var idle = SignInPolicy.Parse(await TenantSettings.Read(write, SignInPolicy.Setting, cancel)).IdleLimitOf(user.Role);
        var end = write.At + options.SessionLifetime;
        var at = write.At.ToMicroseconds();
        var opened = await write.Execute(
            Insert,
            [
                write.Tenant.Value,
                claims.Session.Value,
                user.User.Value,
                user.Role.Name(),
                at,
                end.ToMicroseconds(),
                // Without auth_time nothing says when the person was there.
                claims.AuthenticatedAt?.ToMicroseconds() ?? 0,
                claims.Methods,
                (long)idle.TotalMicroseconds,
                (idle == TimeSpan.Zero || write.At + idle > end ? end : write.At + idle).ToMicroseconds(),
            ],
            cancel);
        if (opened == 0) return new List<SessionEnd>();

        AuditTrail.Add(write, EntryOf(claims, user));
        return await EndSessions.OfUser(
            write, AuditActor.Server, user.User, EndReason.Displaced, options.SessionsPerUser - 1, except: claims.Session, cancel);
    }

    private static AuditEntry EntryOf(ProviderClaims claims, UserRow user) => AuditActor.Server.Entry(AuditActions.SignIn) with
    {
        User = user.User, Role = user.Role, Session = claims.Session, Detail = $"issuer={claims.Provider.Issuer}",
    };

    private static readonly Statement FindLinked = new($"""
        select {UserRow.Columns}
        from access_link l
        join access_user u on u.tenant_id = l.tenant_id and u.user_id = l.user_id
        where l.tenant_id = @tenant_id
          and l.issuer = @issuer
          and l.subject = @subject
          and not u.disabled
        """);

    private static readonly Statement Insert = new("""
        insert into access_session
          (tenant_id, session_id, user_id, role, client, user_agent, address, started_at, seen_at, expires_at, authenticated_at, methods,
           idle_limit, ends_at)
        values
          (@tenant_id, @session_id, @user_id, @role, 'openid', '', '', @at, @at, @expires_at, @authenticated_at, @methods,
           @idle_limit, @ends_at)
        on conflict do nothing
        """);
}
