using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Vagus.Access.Audit;
using Vagus.Access.Sessions;

namespace Vagus.Identity.OAuth;

/// <summary>
/// CORS for applications that run in a browser (SMART App Launch 2.2, "Considerations for Cross-Origin Resource Sharing"): discovery is
/// readable from every origin, <c>/fhir</c> and the token and revocation endpoints from the origins of registered redirect addresses. An
/// answer to a known application is readable from its own origins only. Never with credentials: the applications have tokens, and our
/// cookies are for our own pages. The authorization endpoint has none (RFC 9700 §2.6).
/// </summary>
internal sealed class CrossOriginCalls(RequestDelegate next, AppOrigins origins)
{
    private static readonly StringValues Anyone = "*";
    private const string SentHeaders =
        "Authorization, Content-Type, Accept, Prefer, If-Match, If-None-Match, If-Modified-Since, If-None-Exist";

    private const string ReadHeaders = "ETag, Location, Content-Location, Last-Modified, Retry-After, WWW-Authenticate";

    // Seconds that a browser remembers a preflight. An application that is disabled has no good token anyway.
    private const string MaxAge = "600";

    private static readonly PathString Fhir = "/fhir";

    private static readonly FrozenSet<string> Discovery = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "/fhir/metadata", "/fhir/.well-known/smart-configuration", "/.well-known/openid-configuration", "/.well-known/jwks.json");

    private static readonly FrozenSet<string> Forms =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "/oauth/token", "/oauth/revoke");

    public async Task InvokeAsync(HttpContext context)
    {
        if (MethodsOf(context.Request.Path) is not { } methods)
        {
            await next(context);
            return;
        }

        var isDiscovery = Discovery.Contains(context.Request.Path.Value ?? "");
        var origin = context.Request.Headers.Origin;
        var apps = isDiscovery || origin.Count != 1 ? FrozenSet<string>.Empty : await origins.Of(origin[0] ?? "", context.RequestAborted);
        var allowed = isDiscovery ? Anyone : apps.Count > 0 ? origin : StringValues.Empty;
        if (allowed.Count == 0)
        {
            await next(context);
        }
        else if (HttpMethods.IsOptions(context.Request.Method) && context.Request.Headers.AccessControlRequestMethod.Count > 0)
        {
            AnswerPreflight(context.Response, allowed, methods);
        }
        else
        {
            context.Response.OnStarting(() =>
            {
                if (isDiscovery || IsReadableBy(context, apps)) Allow(context.Response, allowed);
                return Task.CompletedTask;
            });
            await next(context);
        }
    }

    /// <summary>
    /// The preflight could not say which application asks; the request could. Until one is known, an answer holds nothing of a tenant:
    /// it is a refusal, which the application must be able to read.
    /// </summary>
    private static bool IsReadableBy(HttpContext context, FrozenSet<string> apps)
    {
        var known = context.Features.Get<AskingApp>()?.Id ?? context.Features.Get<ActingApplication>()?.Id;
        return known is null ? context.Features.Get<Admission>() is null : apps.Contains(known);
    }

    private static string? MethodsOf(PathString path)
    {
        var text = path.Value ?? "";
        if (Discovery.Contains(text)) return "GET, HEAD";
        if (Forms.Contains(text)) return "POST";
        return path.StartsWithSegments(Fhir, StringComparison.OrdinalIgnoreCase) ? "GET, HEAD, POST, PUT, PATCH, DELETE" : null;
    }

    private static void AnswerPreflight(HttpResponse response, StringValues allowed, string methods)
    {
        response.StatusCode = StatusCodes.Status204NoContent;
        Allow(response, allowed);
        response.Headers.AccessControlAllowMethods = methods;
        response.Headers.AccessControlAllowHeaders = SentHeaders;
        response.Headers.AccessControlMaxAge = MaxAge;
    }

    private static void Allow(HttpResponse response, StringValues allowed)
    {
        response.Headers.AccessControlAllowOrigin = allowed;
        response.Headers.AccessControlExposeHeaders = ReadHeaders;
        if (allowed != Anyone) response.Headers.Append(HeaderNames.Vary, HeaderNames.Origin);
    }
}

/// <summary>The application that authenticated itself, or named itself where it is a public one, at an endpoint of its own.</summary>
internal sealed record AskingApp(string Id);
