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
    UpgradeWebSocket sockets, SocketShares shares, SubscriptionSockets subscriptions, Authentication sessions, IKnowAppOrigins origins,
    RealtimeOptions options, TimeProvider clock, ILogger<FhirSocketEndpoint> logger)
{
    public async Task Serve(HttpContext http) => await sockets.Serve(
        http, subProtocol: null,
        async connection =>
        {
            using var socket = new FhirSocket((connection, shares), subscriptions, sessions, options, clock, logger);
            await socket.Run();
        },
        await OfApplication(http));

    /// <summary>A page of an application asks <c>/fhir</c> from its own origin, and has here nothing but the token that it shows.</summary>
    private async ValueTask<string[]> OfApplication(HttpContext http) =>
        http.Request.Headers.Origin is [{ Length: > 0 } origin] && await origins.Knows(origin, http.RequestAborted) ? [origin] : [];
}
