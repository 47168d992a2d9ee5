using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Identity.Doors;
using Vagus.Identity.Sessions;
using Vagus.Identity.SigningIn;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.OAuth;

/// <summary>
/// <c>POST /oauth/revoke</c> (RFC 7009): an application gives a token back, and with it the whole session: the access and refresh tokens of
/// one authorization. 200 also for what is no token of this application.
/// </summary>
internal sealed class RevokeToken(
    Database database, GroupCommit commit, AuthenticateApp authenticate, VerifiedTokens tokens, SessionAuthentication sessions)
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/oauth/revoke", (HttpContext context, RevokeToken use, CancellationToken cancel) => use.Answer(context, cancel))
            .AllowAnyone("the application authenticates itself")
            .Audits(AuditActions.RevokeApp)
            .DisableAntiforgery();

    private async Task<IResult> Answer(HttpContext context, CancellationToken cancel)
    {
        var form = await OAuthForm.Read(context.Request, cancel);
        if (form.Refusal is { } malformed) return malformed.ToOAuth(context);
        var known = await authenticate.Of(context, form.Value, cancel);
        if (known.Refusal is { } unknown) return unknown.ToOAuth(context);
        if (form.Value["token"] is not { } token) return OAuthErrors.InvalidRequest.ToOAuth(context);

        if (await Find(known.Value.App, token, cancel) is { } found)
        {
            var by = new AuditActor(null, ClientFacts.Of(context).Origin with { Client = known.Value.App.Id });
            var outcome = await commit.Write<SessionEnd?>(
                known.Value.App.Tenant,
                async (write, stop) => await EndSessions.One(write, by, found.User, found.Session, EndReason.SignedOut, stop),
                cancel);
            if (outcome.Refusal is { } refusal) return refusal.ToOAuth(context);
            if (outcome.Value is { } end) sessions.Announce([end]);
        }

        OAuthErrors.NotStored(context);
        return TypedResults.Ok();
    }

    private async ValueTask<Owner?> Find(AppRow app, string token, CancellationToken cancel)
    {
        if (tokens.Verify(token).Claims is { Scope: not null } claims)
            return claims.Tenant == app.Tenant && claims.Client == app.Id ? new Owner(claims.User, claims.Session) : null;
        if (token.Length != RefreshToken.Length) return null;
        return await database.QueryOne(
            OfRefresh,
            [SecretHash.Of(token), app.Tenant.Value, app.Id],
            row => new Owner(new UserId(row.GetString(0)), new SessionId(row.GetString(1))),
            cancel);
    }

    private sealed record Owner(UserId User, SessionId Session);

    private static readonly Statement OfRefresh = new("""
        select s.user_id, s.session_id
        from access_refresh r
        join access_session s on s.tenant_id = r.tenant_id and s.session_id = r.session_id
        where r.token_hash = @token_hash
          and s.tenant_id = @tenant_id
          and s.app_id = @app_id
        """);
}
