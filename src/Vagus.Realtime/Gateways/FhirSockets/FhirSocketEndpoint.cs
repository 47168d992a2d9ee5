using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Vagus.Access.Sessions;
using Vagus.Fhir.Subscribing;
using Vagus.Realtime.Gateways.WebSocket;

namespace Vagus.Realtime.Gateways.FhirSockets;

/// <summary>
/// <c>/ws/fhir</c>: the websocket channel of FHIR subscriptions (Subscriptions R5 Backport 1.1.0). The client sends
/// <c>bind-with-token</c> and nothing else; the server sends Bundles.
/// </summary>
internal sealed class FhirSocketEndpoint(
    UpgradeWebSocket sockets, SocketShares shares, SubscriptionSockets subscriptions, Authentication sessions, RealtimeOptions options,
    TimeProvider clock, ILogger<FhirSocketEndpoint> logger)
{
    public Task Serve(HttpContext http) => sockets.Serve(http, subProtocol: null, async connection =>
    {
        using var socket = new FhirSocket((connection, shares), subscriptions, sessions, options, clock, logger);
        await socket.Run();
    });
}
