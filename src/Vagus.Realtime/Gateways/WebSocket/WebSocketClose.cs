using System.Net.WebSockets;
using Vagus.Kernel;
using Vagus.SocketIO;

namespace Vagus.Realtime.Gateways.WebSocket;

/// <summary>
/// Close codes of <c>/ws</c> besides those of <see cref="CloseReasons"/>, with the numbers of Socket.IO. A client may come back after each.
/// </summary>
internal static class WebSocketClose
{
    public const WebSocketCloseStatus SlowReader = (WebSocketCloseStatus)CloseCode.SlowReader;
    public const WebSocketCloseStatus Unauthenticated = (WebSocketCloseStatus)CloseCode.Unauthenticated;
    public const WebSocketCloseStatus Restart = (WebSocketCloseStatus)CloseCode.ServiceRestart;
    public const WebSocketCloseStatus TooMany = (WebSocketCloseStatus)4429;

    /// <summary>After a refusal of the credential that a client has shown.</summary>
    public static WebSocketCloseStatus Of(Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.Unavailable => Restart,
        RefusalKind.TooMany => TooMany,
        _ => Unauthenticated,
    };
}
