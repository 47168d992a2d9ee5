using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Vagus.Realtime.Tests;

/// <summary>A client of the Socket.IO namespace <c>/</c> that speaks the protocol over one WebSocket. Waiting has a limit.</summary>
internal sealed class SocketClient(string prefix) : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly ClientWebSocket socket = new();
    private readonly Queue<JsonElement> events = new();
    private readonly byte[] buffer = new byte[1024 * 1024];
    private int asked;

    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    /// <summary>The answer to CONNECT: <c>{ sid, pid }</c>, or the refusal.</summary>
    public JsonElement Connected { get; private set; }

    public bool IsRefused { get; private set; }

    public static Task<SocketClient> Open(LiveClinic clinic, SignedIn person) => Connect(clinic, new { token = person.Token });

    public static Task<SocketClient> Connect(LiveClinic clinic, object auth, string query = "", string? header = null) =>
        ConnectText(clinic, "40" + JsonSerializer.Serialize(auth), query, header);

    /// <summary>A client of another namespace.</summary>
    public static Task<SocketClient> OpenIn(string name, LiveClinic clinic, SignedIn person) => ConnectText(
        clinic, $"40{name},{JsonSerializer.Serialize(new { token = person.Token })}", prefix: name + ",");

    public static async Task<SocketClient> ConnectText(
        LiveClinic clinic, string connect, string query = "", string? header = null, string prefix = "")
    {
        var client = new SocketClient(prefix);
        if (header is not null) client.socket.Options.SetRequestHeader("Authorization", header);
        var address = new UriBuilder(clinic.Address) { Scheme = "ws", Path = "/socket.io/", Query = "EIO=4&transport=websocket" + query };
        await client.socket.ConnectAsync(address.Uri, default);
        await client.SayText(connect);
        while (true)
        {
            var packet = await client.NextPacket() ?? throw new InvalidOperationException("Closed instead of an answer to CONNECT.");
            if (packet.StartsWith("40", StringComparison.Ordinal) || packet.StartsWith("44", StringComparison.Ordinal))
            {
                client.IsRefused = packet[1] == '4';
                client.Connected = JsonElement.Parse(packet[(2 + prefix.Length)..]);
                return client;
            }

            client.Keep(packet);
        }
    }

    /// <summary>Whether an event has arrived and was not taken yet.</summary>
    public bool HasKept => events.Count > 0;

    /// <summary>Emits and waits for the acknowledgement; events that come before it are kept.</summary>
    public Task<JsonElement> Ask(string name, object? request = null) =>
        AskText(name, request is null ? null : JsonSerializer.Serialize(request));

    /// <summary>As <see cref="Ask"/>, with the request as it is on the wire.</summary>
    public async Task<JsonElement> AskText(string name, string? request)
    {
        var id = asked++;
        await SayText(request is null ? $"42{prefix}{id}[\"{name}\"]" : $"42{prefix}{id}[\"{name}\",{request}]");
        while (true)
        {
            var packet = await NextPacket() ?? throw new InvalidOperationException($"Closed ({socket.CloseStatus}) instead of an answer.");
            if (packet.StartsWith($"43{prefix}{id}[", StringComparison.Ordinal))
                return JsonElement.Parse(packet[$"43{prefix}{id}".Length..])[0];


            Keep(packet);
        }
    }

    /// <summary>The place that the server told last; null before it told any.</summary>
    public long? Position { get; private set; }

    /// <summary>What the official client would show when it comes back: the last offset that it was sent.</summary>
    public string? Offset { get; private set; }

    /// <summary>Waits until the server has told that everything up to a position was sent; events that come before it are kept.</summary>
    public async Task Reach(long last)
    {
        while (!(Position >= last))
            Keep(await NextPacket() ?? throw new InvalidOperationException($"Closed ({socket.CloseStatus}) before {last}."));
    }

    /// <summary>Waits for a word on the position that comes after this call; events that come before it are kept.</summary>
    public async Task<long> HearPosition()
    {
        Position = null;
        while (Position is null)
        {
            Keep(await NextPacket() ?? throw new InvalidOperationException($"Closed ({socket.CloseStatus}) instead of position."));
        }

        return Position.Value;
    }

    /// <summary>
    /// The next event but for words on the position, as <c>[name, payload, offset?]</c>; null when the server has closed.
    /// </summary>
    public async Task<JsonElement?> Next()
    {
        while (events.Count == 0)
        {
            if (await NextPacket() is not { } packet) return null;
            Keep(packet);
        }

        return events.Dequeue();
    }

    /// <summary>The next event, which must have this name; its payload.</summary>
    public async Task<JsonElement> Hear(string name)
    {
        var next = await Next() ?? throw new InvalidOperationException($"Closed ({socket.CloseStatus}) instead of {name}.");
        Assert.Equal(name, next[0].GetString());
        return next[1];
    }

    public async Task<int> HearClose()
    {
        while (await Next() is not null)
        {
            // What comes before the close does not matter here.
        }

        return (int)socket.CloseStatus!;
    }

    public Task SayText(string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, default);

    public void Cut() => socket.Abort();

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Keep(string packet)
    {
        if (!packet.StartsWith($"42{prefix}[", StringComparison.Ordinal)) return;

        var arguments = JsonElement.Parse(packet[(2 + prefix.Length)..]);
        if (arguments[arguments.GetArrayLength() - 1] is { ValueKind: JsonValueKind.String } offset) Offset = offset.GetString();
        if (arguments[0].GetString() == "position") Position = arguments[1].GetProperty("sequence").GetInt64();
        else events.Enqueue(arguments);
    }

    private async Task<string?> NextPacket()
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var length = 0;
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), limit.Token);
                if (part.MessageType == WebSocketMessageType.Close) return null;
                length += part.Count;
                if (part.EndOfMessage) break;
            }

            var packet = Encoding.UTF8.GetString(buffer, 0, length);
            if (packet != "2") return packet;
            await SayText("3");
        }
    }
}
