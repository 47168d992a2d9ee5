using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Policies;
using Vagus.Kernel;

namespace Vagus.Identity.OAuth;

/// <summary>The errors of RFC 6749 §5.2. The code of the refusal is the error.</summary>
internal static class OAuthErrors
{
    public static readonly Refusal InvalidRequest = new(
        RefusalKind.Invalid, "invalid_request", "The request is malformed, or names a parameter twice.");

    // One answer for unknown and disabled applications and for every proof that does not hold.
    public static readonly Refusal InvalidClient = new(
        RefusalKind.Unauthenticated, "invalid_client", "The application could not be authenticated.");

    public static readonly Refusal InvalidGrant = new(
        RefusalKind.Invalid, "invalid_grant", "The code or refresh token is not valid for this application.");

    public static readonly Refusal UnsupportedGrant = new(
        RefusalKind.Invalid, "unsupported_grant_type", "Use authorization_code, refresh_token or client_credentials.");

    public static readonly Refusal UnauthorizedClient = new(
        RefusalKind.Invalid, "unauthorized_client", "The application is not registered for this way of getting a token.");

    public static readonly Refusal NoScopes = new(
        RefusalKind.Invalid, "invalid_scope", "None of the scopes is one that the application is registered for.");

    public static readonly Refusal SlowDown = new(
        RefusalKind.TooMany, "temporarily_unavailable", "Too many requests of this application. Wait a little and try again.");

    /// <summary>The refusal as an answer, which the endpoint's group records. Never stored by a browser or a proxy.</summary>
    public static IResult ToOAuth(this Refusal refusal, HttpContext context) => new RefusedAnswer(refusal, refusal.Recorded(context));

    /// <summary>The same where it was recorded already.</summary>
    public static IResult Recorded(this Refusal refusal, HttpContext context)
    {
        NotStored(context);
        if (refusal.Kind == RefusalKind.Unauthenticated && context.Request.Headers.Authorization.Count > 0)
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"oauth\"";
        return TypedResults.Json(new ErrorBody(refusal.Code, refusal.Message), statusCode: RefusalAnswer.StatusOf(refusal.Kind));
    }

    /// <summary>RFC 6749 §5.1.</summary>
    public static void NotStored(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
    }

    private sealed record ErrorBody(
        [property: JsonPropertyName("error")] string Error,
        [property: JsonPropertyName("error_description")] string Description);
}
