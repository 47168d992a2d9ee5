using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Vagus.Events;

namespace Vagus.Samples.Consumer;

/// <summary>What a consumer does with what the stream tells.</summary>
internal interface IConsumeEvents
{
    void Take(long sequence, EventData data);

    /// <summary>Positions that cannot be replayed any more: read the present state from FHIR, and go on behind them.</summary>
    void Skip(long from, long to);

    /// <summary>Everything up to here that this consumer may see and asked for was delivered.</summary>
    void Reach(long sequence);
}

/// <summary>One connection to <c>/ws</c>: authenticated, subscribed from a position on (docs/guides/live.md).</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private readonly ClientWebSocket socket = new();

    public static async Task<EventStream> Open(Uri server, string token, long since, string[] types, CancellationToken cancel)
    {
        var stream = new EventStream();
        await stream.socket.ConnectAsync(new UriBuilder(server) { Scheme = server.Scheme == "https" ? "wss" : "ws", Path = "/ws" }.Uri, cancel);
        await stream.Send(new { type = "authenticate", data = new { token } }, cancel);
        var subscription = new { subscription_id = "sample", event_types = types.Length == 0 ? null : types, since };
        await stream.Send(new { type = "subscribe", data = subscription }, cancel);
        return stream;
    }

    /// <summary>Until the server closes the connection.</summary>
    public async Task Follow(IConsumeEvents consumer, CancellationToken cancel)
    {
        while (await Receive(cancel) is { } text)
        {
            using var frame = JsonDocument.Parse(text);
            var data = frame.RootElement.TryGetProperty("data", out var given) ? given : default;
            switch (frame.RootElement.GetProperty("type").GetString())
            {
                case "clinical_event":
                    // A type that this program's catalogue does not know is of a newer server: it is passed over.
                    var known = EventCatalogue.TryDeserialize(
                        data.GetProperty("name").GetString()!, Encoding.UTF8.GetBytes(data.GetProperty("details").GetRawText()));
                    if (known is not null) consumer.Take(data.GetProperty("sequence").GetInt64(), known);
                    break;
                case "gap":
                    consumer.Skip(data.GetProperty("from").GetInt64(), data.GetProperty("to").GetInt64());
                    break;
                case "position":
                    consumer.Reach(data.GetProperty("sequence").GetInt64());
                    break;
                case "error":
                    throw new IOException($"The server refused: {data.GetProperty("code").GetString()}");
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task Send(object frame, CancellationToken cancel) =>
        socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame, Sending), WebSocketMessageType.Text, endOfMessage: true, cancel);

    private async Task<string?> Receive(CancellationToken cancel)
    {
        var buffer = new byte[16 * 1024];
        using var whole = new MemoryStream();
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            whole.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return Encoding.UTF8.GetString(whole.GetBuffer(), 0, (int)whole.Length);
        }
    }

    // A list of types that is absent means all of them.
    private static readonly JsonSerializerOptions Sending = new()
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };
}
