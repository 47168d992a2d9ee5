using Microsoft.AspNetCore.Http;
using Vagus.Access.Policies;

namespace Vagus.Realtime.Gateways.WebSocket;

/// <summary>
/// A credential that comes with the request to open <c>/ws</c>: an <c>Authorization: Bearer</c> header, the protocols
/// <c>vagus.bearer, TOKEN</c>, or <c>?ticket=</c>. A token in the query is not looked at.
/// </summary>
internal sealed record ShownCredential(string Secret, bool IsTicket, string? SubProtocol)
{
    private const string Protocol = "vagus.bearer";

    public static ShownCredential? Of(HttpRequest request)
    {
        if (BearerToken.Of(request.Headers) is { } token) return new ShownCredential(token, IsTicket: false, SubProtocol: null);
        // The protocol is answered, the token is not: RFC 6455 §4.2.2 lets the server choose one of those offered.
        if (request.HttpContext.WebSockets.WebSocketRequestedProtocols is [Protocol, var offered])
            return new ShownCredential(offered, IsTicket: false, Protocol);
        return request.Query["ticket"] is [{ Length: > 0 } ticket] ? new ShownCredential(ticket, IsTicket: true, SubProtocol: null) : null;
    }
}
