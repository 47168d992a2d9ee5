using Microsoft.AspNetCore.Http;

namespace Vagus.Realtime.Gateways.WebSocket;

/// <summary><c>/ws</c>: takes the connection over and reads it until it ends.</summary>
internal sealed class WebSocketEndpoint(UpgradeWebSocket sockets, WebSocketRequests requests)
{
    public Task Serve(HttpContext http)
    {
        var shown = ShownCredential.Of(http.Request);
        return sockets.Serve(http, shown?.SubProtocol, async connection =>
        {
            try
            {
                await requests.Serve(connection, shown);
                await connection.Finish();
            }
            finally
            {
                requests.Leave(connection);
            }
        });
    }
}
