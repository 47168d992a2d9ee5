using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Vagus.SocketIO;

/// <summary>
/// Who may connect from a browser. The same rule holds for polling, where the browser asks (CORS), and for WebSocket, where it
/// does not and only the Origin header tells.
/// </summary>
internal static class OriginCheck
{
    internal static bool Allows(HttpContext context, EngineOptions options)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0) return true;
        if (options.AllowedOrigins.Count == 0) return IsSameHost(origin, context.Request);

        return options.AllowedOrigins.Contains("*") || options.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase);
    }

    internal static void AddHeaders(HttpContext context, EngineOptions options)
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

    private static bool IsSameHost(string origin, HttpRequest request) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from)
        && string.Equals(from.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
}
