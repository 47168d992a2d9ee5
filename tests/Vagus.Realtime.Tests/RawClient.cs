using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Vagus.Realtime.Tests;

/// <summary>A client of <c>/ws</c>. Waiting has a limit.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly ClientWebSocket socket = new();
    private readonly byte[] buffer = new byte[1024 * 1024];

    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    public static async Task<RawClient> Connect(LiveClinic clinic, Action<ClientWebSocketOptions>? options = null, string query = "")
    {
        var client = new RawClient();
        options?.Invoke(client.socket.Options);
        await client.socket.ConnectAsync(new UriBuilder(clinic.Address) { Scheme = "ws", Path = "/ws", Query = query }.Uri, default);
        return client;
    }

    /// <summary>Connected and welcomed.</summary>
    public static async Task<RawClient> Open(LiveClinic clinic, SignedIn person)
    {
        var client = await Connect(clinic);
        await client.Say("authenticate", new { token = person.Token });
        await client.Hear("welcome");
        return client;
    }

    public Task Say(string type, object data) => SayText(JsonSerializer.Serialize(new { type, data }));

    public Task SayText(string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, default);

    public async Task<long> Subscribe(object request)
    {
        await Say("subscribe", request);
        return (await Hear("subscribed")).GetProperty("sequence").GetInt64();
    }

    /// <summary>The next frame, which must be of this type; its data.</summary>
    public async Task<JsonElement> Hear(string type)
    {
        var frame = await Next() ?? throw new InvalidOperationException($"Closed ({socket.CloseStatus}) instead of {type}.");
        Assert.Equal(type, frame.GetProperty("type").GetString());
        return frame.GetProperty("data");
    }

    /// <summary>The place that the server told last; null before it told any.</summary>
    public long? Position { get; private set; }

    /// <summary>The next frame that is no word on the position; null when the server has closed.</summary>
    public async Task<JsonElement?> Next()
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            if (await NextFrame(limit.Token) is not { } frame) return null;
            if (frame.GetProperty("type").GetString() != "position") return frame;
            Position = frame.GetProperty("data").GetProperty("sequence").GetInt64();
        }
    }

    /// <summary>The next word on the position; other frames that come before it are dropped.</summary>
    public async Task<long> HearPosition()
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var frame = await NextFrame(limit.Token) ?? throw new InvalidOperationException($"Closed ({socket.CloseStatus}) instead of position.");
            if (frame.GetProperty("type").GetString() == "position")
                return (Position = frame.GetProperty("data").GetProperty("sequence").GetInt64()).Value;
        }
    }

    private async Task<JsonElement?> NextFrame(CancellationToken limit)
    {
        var length = 0;
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), limit);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            length += part.Count;
            if (part.EndOfMessage) return JsonElement.Parse(buffer.AsSpan(0, length));
        }
    }

    /// <summary>Reads to the end and answers the close code.</summary>
    public async Task<int> HearClose()
    {
        while (await Next() is not null)
        {
            // What comes before the close does not matter here.
        }

        return (int)socket.CloseStatus!;
    }

    /// <summary>Cuts the line, as a lost network does.</summary>
    public void Cut() => socket.Abort();

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
