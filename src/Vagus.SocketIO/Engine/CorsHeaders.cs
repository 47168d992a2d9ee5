using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Vagus.SocketIO.Engine;

/// <summary>
/// What a browser is answered when it asks whether a page may read (CORS): for polling alone, after <see cref="Origins"/> has let it in.
/// </summary>
internal static class CorsHeaders
{
    internal static void Add(HttpContext context, EngineOptions options)
    {
        if (options.AllowedOrigins.Count == 0) return;

        var origin = context.Request.Headers.Origin.ToString();
        var headers = context.Response.Headers;
        var any = options.AllowedOrigins.Contains("*") && !options.AllowCredentials;
        if (!any) headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        if (origin.Length == 0) return;

        headers.AccessControlAllowOrigin = any ? "*" : origin;
        if (options.AllowCredentials) headers.AccessControlAllowCredentials = "true";
    }

    internal static void AnswerPreflight(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.AccessControlAllowMethods = "GET,POST";
        var asked = context.Request.Headers.AccessControlRequestHeaders;
        if (asked.Count > 0)
        {
            headers.AccessControlAllowHeaders = asked;
            headers.Append(HeaderNames.Vary, HeaderNames.AccessControlRequestHeaders);
        }
        headers.AccessControlMaxAge = "600";
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
