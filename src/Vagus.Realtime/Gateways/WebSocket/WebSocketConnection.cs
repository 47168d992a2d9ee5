using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Realtime.Requests;
using Socket = System.Net.WebSockets.WebSocket;

namespace Vagus.Realtime.Gateways.WebSocket;

/// <summary>One WebSocket: whole frames in, within limits, and the queue out.</summary>
internal sealed class WebSocketConnection(
    Socket socket,
    OutgoingFrames outgoing,
    RealtimeOptions options,
    RealtimeMetrics metrics,
    TimeProvider clock,
    CancellationToken gone)
{
    private const int FirstBuffer = 1024;
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 16, AllowDuplicateProperties = false };
    private readonly TokenBucket pace = new(options.MaxFramesPerSecond, clock);

    public OutgoingFrames Outgoing => outgoing;

    public CancellationToken Gone => gone;

    /// <summary>From where it came, as the audit records it.</summary>
    public AuditOrigin Origin { get; init; } = AuditOrigin.Unknown;

    /// <summary>Null until the client has authenticated.</summary>
    public WebSocketSession? Session { get; set; }

    /// <summary>Its user's place among the raw sockets; null until it is known whose it is.</summary>
    public IDisposable? Share { get; set; }

    /// <summary>True until its first subscription, where it came in without a first frame.</summary>
    public bool MayNameItself { get; set; }

    /// <summary>The next frame; null when the connection is over. A frame that breaks a limit closes it.</summary>
    public ValueTask<IncomingFrame?> Read(CancellationToken cancel) => Read(frame => IncomingFrame.Parse(frame, Reading), cancel);

    /// <summary>The same as text; what is none is empty.</summary>
    public ValueTask<string?> ReadText(CancellationToken cancel) =>
        Read(frame => WellFormed.Text(frame.Span) ? Encoding.UTF8.GetString(frame.Span) : "", cancel);

    private async ValueTask<T?> Read<T>(Func<ReadOnlyMemory<byte>, T> parse, CancellationToken cancel)
        where T : class
    {
        // Waiting without a buffer: an idle connection holds none.
        var first = await socket.ReceiveAsync(Memory<byte>.Empty, cancel);
        if (first.MessageType == WebSocketMessageType.Close) return Closed<T>(WebSocketCloseStatus.NormalClosure, "");
        if (first.EndOfMessage) return parse(default);

        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            var length = 0;
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancel);
                if (part.MessageType == WebSocketMessageType.Close) return Closed<T>(WebSocketCloseStatus.NormalClosure, "");
                if (part.MessageType == WebSocketMessageType.Binary) return Closed<T>(WebSocketCloseStatus.InvalidMessageType, "text_only");

                length += part.Count;
                if (length > options.MaxFrameBytes) return Closed<T>(WebSocketCloseStatus.MessageTooBig, "frame_too_big");
                if (part.EndOfMessage) break;
                if (length == buffer.Length) buffer = Larger(buffer);
            }

            if (!pace.Allows()) return Closed<T>(WebSocketClose.TooMany, "too_many_frames");
            return parse(buffer.AsMemory(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Sees the close through: what is queued, our close, and the client's. Without reading on, our last words could be lost to a reset.
    /// </summary>
    public async ValueTask Finish()
    {
        outgoing.Close(WebSocketCloseStatus.NormalClosure, "");
        await outgoing.Closed;
        var rest = new byte[FirstBuffer];
        while (socket.State is WebSocketState.Open or WebSocketState.CloseSent) await socket.ReceiveAsync(rest.AsMemory(), gone);
    }

    public void Say(string type, Action<Utf8JsonWriter> data) => outgoing.Send(WebSocketForms.Frame(type, clock.GetUtcNow(), 256, data));

    public void Refuse(Refusal refusal, string? subscription = null)
    {
        metrics.Refused(refusal.Kind);
        Say("error", json =>
        {
            json.WriteString("code"u8, refusal.Code);
            json.WriteString("message"u8, refusal.Message);
            if (subscription is not null) json.WriteString("subscription_id"u8, subscription);
        });
    }

    private T? Closed<T>(WebSocketCloseStatus status, string reason)
        where T : class
    {
        outgoing.Close(status, reason);
        return null;
    }

    private static byte[] Larger(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}

/// <summary>What a client sent: <c>{ type, data }</c>. A type of null is no frame at all.</summary>
internal sealed record IncomingFrame(string? Type, JsonElement Data)
{
    public static IncomingFrame Parse(ReadOnlyMemory<byte> utf8, JsonDocumentOptions reading)
    {
        try
        {
            // Half a surrogate pair is no text: refused here, no reader of the frame meets one.
            if (!WellFormed.Text(utf8.Span)) return new IncomingFrame(null, default);
            using var document = JsonDocument.Parse(utf8, reading);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return new IncomingFrame(null, default);
            if (!root.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
                return new IncomingFrame(null, default);
            return new IncomingFrame(type.GetString(), root.TryGetProperty("data", out var data) ? data.Clone() : default);
        }
        catch (JsonException)
        {
            return new IncomingFrame(null, default);
        }
    }
}
