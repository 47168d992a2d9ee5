namespace Vagus.SocketIO;

/// <summary>Limits and defaults of the Engine.IO layer.</summary>
public sealed class EngineOptions
{
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(25);

    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>A probe that is not completed by then is closed; the polling session lives on.</summary>
    public TimeSpan UpgradeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of one received message, and of one polling response (<c>maxPayload</c>).</summary>
    public int MaxPayload { get; set; } = 1_000_000;

    public bool Polling { get; set; } = true;

    public bool WebSockets { get; set; } = true;

    /// <summary>
    /// Packets that may wait for one client; a reader slower than that is closed with <see cref="CloseCode.SlowReader"/>.
    /// </summary>
    public int MaxQueuedPackets { get; set; } = 4_096;

    /// <summary>Bytes that may wait for one client; one event may go beyond.</summary>
    public long MaxQueuedBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>A write that makes no progress for this long closes the connection.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Queued packets are joined into writes of up to this many bytes.</summary>
    public int WriteBatchBytes { get; set; } = 64 * 1024;

    public int MaxConnections { get; set; } = 100_000;

    /// <summary>Handshakes per second that are accepted from all clients together; 0 does not limit.</summary>
    public int MaxHandshakesPerSecond { get; set; }

    /// <summary>Control frames and fragments that a client may send within one message or between two.</summary>
    public int MaxFramesPerMessage { get; set; } = 1_024;

    /// <summary>Polling responses of at least <see cref="CompressionThreshold"/> bytes are compressed when the client accepts it.</summary>
    public bool CompressPolling { get; set; } = true;

    public int CompressionThreshold { get; set; } = 1_024;

    /// <summary>
    /// Writes straight to the connection's socket where there is no TLS. That saves two thread hops per write. Connection
    /// middleware that rewrites the bytes needs it off.
    /// </summary>
    public bool DirectWrites { get; set; } = true;

    /// <summary>
    /// Origins that browsers may connect from besides that of the host a request is sent to, such as
    /// <c>https://clinic.example</c>; <c>*</c> allows all.
    /// </summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>Answers <c>Access-Control-Allow-Credentials</c>; the origin is then echoed, never <c>*</c>.</summary>
    public bool AllowCredentials { get; set; }

    /// <summary>The name of a sticky-session cookie; null sets none.</summary>
    public string? CookieName { get; set; }
}
