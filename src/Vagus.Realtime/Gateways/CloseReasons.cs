using Vagus.Realtime.Feed;
using Vagus.SocketIO;

namespace Vagus.Realtime.Gateways;

/// <summary>What a client is told when the server closes its connection: the same code and text on both gateways.</summary>
internal static class CloseReasons
{
    public static (ushort Code, string Text) Of(Closing why) => why switch
    {
        Closing.TokenExpired => (CloseCode.Unauthenticated, "token_expired"),
        Closing.SessionEnded => (CloseCode.Unauthenticated, "session_ended"),
        Closing.Replaced => (CloseCode.Replaced, "replaced"),
        _ => (CloseCode.ServiceRestart, "restart"),
    };
}
