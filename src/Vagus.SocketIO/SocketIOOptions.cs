using System.Text.Encodings.Web;
using System.Text.Json;

namespace Vagus.SocketIO;

/// <summary>Every limit and default of the server; the values are those of the reference server unless a comment says why not.</summary>
public sealed class SocketIOOptions
{
    public EngineOptions Engine { get; } = new();

    /// <summary>A connection that has joined no namespace by then is closed.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>Binary attachments of one packet. The reference server's default.</summary>
    public int MaxAttachments { get; set; } = 10;

    /// <summary>A packet whose attachments do not arrive by then closes the connection (the reference server waits for ever).</summary>
    public TimeSpan AttachmentTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Namespaces that one connection may be in, or be waiting for.</summary>
    public int MaxNamespacesPerConnection { get; set; } = 32;

    /// <summary>CONNECT packets that one connection may send in its life: a refused one can be repeated, but not for ever.</summary>
    public int MaxConnectsPerConnection { get; set; } = 256;

    public int MaxRoomsPerSocket { get; set; } = 1_000;

    /// <summary>Acknowledgements that the server may be waiting for, per socket.</summary>
    public int MaxPendingAcks { get; set; } = 1_000;

    /// <summary>
    /// Received events that may wait for a slow handler; beyond that the connection is read no further until there is room.
    /// </summary>
    public int MaxWaitingEvents { get; set; } = 256;

    /// <summary>How long an event name or namespace may be, in bytes.</summary>
    public int MaxNameLength { get; set; } = 256;

    /// <summary>How an emit that waits for an acknowledgement without naming a limit is limited.</summary>
    public TimeSpan AckTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Recovery of a connection's session after a short absence; null is off, and then CONNECT is answered with the bare sid.
    /// </summary>
    public RecoveryOptions? Recovery { get; set; }

    public DrainOptions Drain { get; } = new();

    /// <summary>How payloads are read and written. Depth is limited and a duplicate property is refused.</summary>
    public JsonSerializerOptions Json { get; set; } = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = 64,
        AllowDuplicateProperties = false,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}

/// <summary>How a shutting-down server sends its clients elsewhere: in batches, so that they do not all come back at once.</summary>
public sealed class DrainOptions
{
    public int BatchSize { get; set; } = 1_000;

    public TimeSpan BatchInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Whatever is left after this is closed at once.</summary>
    public TimeSpan Limit { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Connection state recovery.</summary>
public sealed class RecoveryOptions
{
    public TimeSpan MaxDisconnection { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Sessions remembered at once; the oldest goes first.</summary>
    public int MaxSessions { get; set; } = 50_000;

    /// <summary>Where missed events are read from; null keeps <see cref="MaxEvents"/> and <see cref="MaxBytes"/> in memory.</summary>
    public IEventHistory? History { get; set; }

    /// <summary>Events that the history in memory keeps per namespace.</summary>
    public int MaxEvents { get; set; } = 20_000;

    public long MaxBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>Events replayed to one socket at most; one that missed more is not recovered.</summary>
    public int MaxReplay { get; set; } = 5_000;

    /// <summary>
    /// 32 bytes that seal the <c>pid</c>. Nodes that share it, and a restarted server that keeps it, recover each other's
    /// sessions; null makes a new key at every start.
    /// </summary>
    public byte[]? Key { get; set; }

    /// <summary>Further keys that seal the <c>pid</c> of sessions, here before or on other nodes: those are recovered too.</summary>
    public IReadOnlyList<byte[]> FormerKeys { get; set; } = [];
}
