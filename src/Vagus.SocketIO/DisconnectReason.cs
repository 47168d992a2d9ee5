namespace Vagus.SocketIO;

/// <summary>Why a socket is gone.</summary>
public enum DisconnectReason
{
    /// <summary>The client left the namespace.</summary>
    ClientLeft,

    /// <summary>The server told the client to leave (packet 41): it stays away.</summary>
    ServerLeft,

    TransportClosed,
    TransportFailed,
    PingTimeout,

    /// <summary>The client sent something that no client sends.</summary>
    ProtocolError,

    /// <summary>The server closed the connection: the client comes back.</summary>
    ServerClosed,

    SlowReader,
    Draining,

    /// <summary>The same session came back over another connection.</summary>
    Replaced,
}

internal static class DisconnectReasons
{
    /// <summary>A session that ended this way may be recovered; one that was left on purpose, or goes on elsewhere, may not.</summary>
    public static bool Recoverable(this DisconnectReason reason) => reason 
        is not (DisconnectReason.ClientLeft or DisconnectReason.ServerLeft or DisconnectReason.Replaced);
}
