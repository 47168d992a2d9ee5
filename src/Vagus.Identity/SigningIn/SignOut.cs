using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Identity.Doors;
using Vagus.Identity.Sessions;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SigningIn;

/// <summary>
/// Ends the session of the bearer token or, when that ran out already, of the refresh token. Answers 204 also where there was no session.
/// </summary>
internal sealed class SignOut(Database database, GroupCommit commit, SessionAuthentication sessions)
{
    public static void Map(IEndpointRouteBuilder endpoints, string path) =>
        endpoints.MapPost(
            "/logout", (HttpContext context, SignOut signOut, CancellationToken cancel) => signOut.Answer(context, path, cancel))
            .AllowAnyone("an expired access token must not keep anybody from signing out")
            .Audits(AuditActions.SignOut);

    private async Task<Results<NoContent, ProblemHttpResult>> Answer(HttpContext context, string path, CancellationToken cancel)
    {
        var client = ClientFacts.Of(context);
        // Without this another site could sign a browser out by its cookie.
        if (client.IsBrowser && !RefreshCookie.IsOwnPage(context.Request)) return Refusals.CrossSite.ToProblem();

        var session = await SessionOf(context, client, cancel);
        if (session is not null)
        {
            var ended = await End(session, client, cancel);
            if (ended.Refusal is { } refusal) return refusal.ToProblem();
        }

        if (client.IsBrowser) RefreshCookie.Delete(context, path);
        return TypedResults.NoContent();
    }

    private async ValueTask<SessionRef?> SessionOf(HttpContext context, ClientFacts client, CancellationToken cancel)
    {
        if (BearerToken.Of(context.Request.Headers) is { } bearer)
        {
            var admission = await sessions.AuthenticateToken(bearer, cancel);
            if (!admission.IsRefused)
                return new SessionRef(admission.Value.Caller.Tenant, admission.Value.Caller.Session, admission.Value.Caller.User);
        }

        var shown = await RefreshSession.TokenOf(context, client, cancel);
        if (shown.IsRefused) return null;
        return await database.QueryOne(
            FindByToken,
            [SecretHash.Of(shown.Value)],
            row => new SessionRef(new TenantId(row.GetString(0)), new SessionId(row.GetString(1)), new UserId(row.GetString(2))),
            cancel);
    }

    private async ValueTask<Result<SessionEnd[]>> End(SessionRef session, ClientFacts client, CancellationToken cancel)
    {
        var outcome = await commit.Write<SessionEnd[]>(
            session.Tenant,
            async (write, token) =>
                await EndSessions.One(write, client.Actor, session.User, session.Session, EndReason.SignedOut, token) is { } end
                ? [end] : Array.Empty<SessionEnd>(),
            cancel);
        if (!outcome.IsRefused) sessions.Announce(outcome.Value);
        return outcome;
    }

    private sealed record SessionRef(TenantId Tenant, SessionId Session, UserId User);

    private static readonly Statement FindByToken = new("""
        select s.tenant_id, s.session_id, s.user_id
        from access_refresh r
        join access_session s on s.tenant_id = r.tenant_id and s.session_id = r.session_id
        where r.token_hash = @token_hash
        """);
}
