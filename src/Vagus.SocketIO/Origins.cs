using Microsoft.AspNetCore.Http;

namespace Vagus.SocketIO;

/// <summary>
/// Which web pages may open a connection. Browsers do not apply CORS to WebSocket: only the Origin header tells the page, so every door of
/// an application that takes WebSockets must ask, and should ask here.
/// </summary>
public static class Origins
{
    /// <summary>
    /// Whether the request may come in. Without an Origin header it may: no browser sent it. Otherwise the header must be one well-formed
    /// origin (RFC 6454, 7): that of the host it was sent to, or one of the list. <c>*</c> in the list allows all.
    /// </summary>
    public static bool Allow(HttpRequest request, IEnumerable<string> allowed)
    {
        var sent = request.Headers.Origin;
        if (sent.Count == 0) return true;
        if (sent is not [{ Length: > 0 } origin]) return false;

        return IsOwn(origin, request)
            || allowed.Any(listed => listed == "*" || string.Equals(listed, origin, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>
    /// The same host and port. An https page may speak to a server that sees http, for a proxy may have ended TLS; an http page, which
    /// anybody on the way can change, may not speak to one that sees https.
    /// </summary>
    private static bool IsOwn(string origin, HttpRequest request)
    {
        if (!Uri.TryCreate(origin, UriKind.Absolute, out var page)) return false;
        if (page.Scheme != Uri.UriSchemeHttp && page.Scheme != Uri.UriSchemeHttps) return false;
        // An origin ends with its host or port: no path, not even a slash, and no user.
        if (!string.Equals(origin, $"{page.Scheme}://{page.Authority}", StringComparison.OrdinalIgnoreCase)) return false;
        if (request.IsHttps && page.Scheme != Uri.UriSchemeHttps) return false;

        var port = request.Host.Port ?? (page.Scheme == Uri.UriSchemeHttps ? 443 : 80);
        return page.Port == port && string.Equals(page.Host, request.Host.Host, StringComparison.OrdinalIgnoreCase);
    }
}
