using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Identity.Doors;
using Vagus.Identity.Sessions;
using Vagus.Kernel;

namespace Vagus.Identity.SigningIn;

/// <summary>A refresh token for a new access token and the next refresh token: from the body, or in browser mode from the cookie.</summary>
internal sealed partial class RefreshSession(
    RotateRefreshToken rotate, SessionAuthentication sessions, GrantTokens tokens, IdentityOptions options, ILogger<RefreshSession> logger)
{
    public static void Map(IEndpointRouteBuilder endpoints, string path) =>
        endpoints.MapPost(
            "/refresh", (HttpContext context, RefreshSession refresh, CancellationToken cancel) => refresh.Answer(context, path, cancel))
            .AllowAnyone("the refresh token itself is the credential")
            .Audits(AuditActions.RefreshReused);

    private async Task<Results<Ok<SignedIn>, ProblemHttpResult>> Answer(HttpContext context, string path, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var client = ClientFacts.Of(context);
        var shown = await TokenOf(context, client, cancel);
        if (shown.Refusal is { } notShown) return notShown.ToProblem();

        var outcome = await Refresh(shown.Value, client, cancel);
        if (outcome.Refusal is { } refusal)
        {
            if (client.IsBrowser && refusal.Kind == RefusalKind.Unauthenticated) RefreshCookie.Delete(context, path);
            return refusal.ToProblem();
        }

        return TypedResults.Ok(SignIn.Deliver(context, path, outcome.Value, client, options));
    }

    public async ValueTask<Result<SignedIn>> Refresh(string token, ClientFacts client, CancellationToken cancel)
    {
        var rotation = await rotate.Spend(token, client, cancel);
        if (rotation.Refusal is { } refusal) return refusal;
        if (rotation.Value is Rotation.Granted granted) return tokens.Grant(granted.User, granted.Session, granted.RefreshToken, client);

        if (rotation.Value is Rotation.Reused { End: { } end })
        {
            Log.Reused(logger, end.Tenant.Value, end.Session.Value, end.User.Value);
            sessions.Announce([end]);
        }

        return Refusals.InvalidRefresh;
    }

    /// <summary>The refresh token that the request shows. A cookie counts only when the request proves to come from our own page.</summary>
    internal static async ValueTask<Result<string>> TokenOf(HttpContext context, ClientFacts client, CancellationToken cancel)
    {
        if (client.IsBrowser)
        {
            if (!RefreshCookie.IsOwnPage(context.Request)) return Refusals.CrossSite;
            return RefreshCookie.Read(context) is { } cookie ? cookie : Refusals.InvalidRefresh;
        }

        var body = await JsonBody.Read<Body>(context.Request, cancel);
        if (body.Refusal is { } refusal) return refusal;
        return body.Value.RefreshToken is { Length: > 0 } token ? token : Refusals.InvalidRequest;
    }

    private sealed record Body(string? RefreshToken);

    private static partial class Log
    {
        [LoggerMessage(
            1, LogLevel.Warning,
            "Tenant {Tenant}: a refresh token of session {Session} of user {User} was used twice; the session was ended")]
        public static partial void Reused(ILogger logger, string tenant, string session, string user);
    }
}
