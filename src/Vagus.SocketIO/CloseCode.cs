namespace Vagus.SocketIO;

/// <summary>WebSocket close codes that the server uses. A client that sees any of them reconnects by itself.</summary>
public static class CloseCode
{
    public const ushort Normal = 1000;
    public const ushort ProtocolError = 1002;
    public const ushort InvalidText = 1007;
    public const ushort TooBig = 1009;
    public const ushort ServiceRestart = 1012;
    public const ushort TryAgainLater = 1013;

    /// <summary>The client read too slowly; what it missed is recovered when it comes back.</summary>
    public const ushort SlowReader = 4008;

    /// <summary>Another connection took over this session.</summary>
    public const ushort Replaced = 4009;

    /// <summary>Credentials ran out; the client comes back and authenticates anew.</summary>
    public const ushort Unauthenticated = 4401;
}
