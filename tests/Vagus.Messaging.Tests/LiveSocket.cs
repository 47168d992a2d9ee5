using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Vagus.Messaging.Tests;

/// <summary>
/// A client of <c>/messaging</c> that speaks Socket.IO over one WebSocket. It reads all the time, so that pings are answered while a test
/// does other things. Waiting has a limit.
/// </summary>
internal sealed class LiveSocket : IAsyncDisposable
{
    private const string Prefix = "/messaging,";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly ClientWebSocket socket = new();
    private readonly List<(string Name, JsonElement Payload)> heard = [];
    private readonly Channel<string> packets = Channel.CreateUnbounded<string>();
    private readonly SemaphoreSlim saying = new(1, 1);
    private readonly CancellationTokenSource closing = new();
    private Task reading = Task.CompletedTask;
    private int asked;

    /// <summary>Everything that was told but words on the position.</summary>
    public IReadOnlyList<(string Name, JsonElement Payload)> Heard => heard;

    public long Position { get; private set; }

    public static Task<LiveSocket> Open(House house, Person person) => Open(house, new { token = person.Token });

    public static async Task<LiveSocket> Open(House house, object auth)
    {
        var client = new LiveSocket();
        var address = new UriBuilder(house.Address) { Scheme = "ws", Path = "/socket.io/", Query = "EIO=4&transport=websocket" };
        await client.socket.ConnectAsync(address.Uri, default);
        client.reading = client.ReadAll();
        await client.Say($"40{Prefix}{JsonSerializer.Serialize(auth)}");
        while (true)
        {
            var packet = await client.Packet();
            if (packet.StartsWith("44", StringComparison.Ordinal)) throw new InvalidOperationException(packet);
            if (packet.StartsWith($"40{Prefix}", StringComparison.Ordinal)) break;
            client.Keep(packet);
        }

        await client.Hear("connected");
        return client;
    }

    /// <summary>Emits and waits for the acknowledgement.</summary>
    public async Task<JsonElement> Ask(string name, object request)
    {
        var id = asked++;
        await Say($"42{Prefix}{id}[\"{name}\",{JsonSerializer.Serialize(request)}]");
        while (true)
        {
            var packet = await Packet();
            if (packet.StartsWith($"43{Prefix}{id}[", StringComparison.Ordinal))
                return JsonElement.Parse(packet[$"43{Prefix}{id}".Length..])[0];
            Keep(packet);
        }
    }

    /// <summary>Waits for an event of the name; what comes before it is kept in <see cref="Heard"/>.</summary>
    public async Task<JsonElement> Hear(string name)
    {
        while (true)
        {
            var at = heard.FindIndex(each => each.Name == name);
            if (at >= 0)
            {
                var found = heard[at].Payload;
                heard.RemoveAt(at);
                return found;
            }

            Keep(await Packet());
        }
    }

    /// <summary>Waits until the server has told that everything up to a position was sent.</summary>
    public async Task Reach(long position)
    {
        while (Position < position) Keep(await Packet());
    }

    /// <summary>The same for a position that is not known yet: reads meanwhile. Something must happen behind it.</summary>
    public async Task Reach(Task<long> position)
    {
        while (!position.IsCompleted || Position < await position) Keep(await Packet());
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        socket.Abort();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        socket.Dispose();
        closing.Dispose();
        saying.Dispose();
    }

    private void Keep(string packet)
    {
        if (!packet.StartsWith($"42{Prefix}[", StringComparison.Ordinal)) return;
        var json = JsonElement.Parse(packet[$"42{Prefix}".Length..]);
        var name = json[0].GetString()!;
        if (name == "position") Position = json[1].GetProperty("sequence").GetInt64();
        else heard.Add((name, json[1]));
    }

    private async Task<string> Packet()
    {
        using var limit = new CancellationTokenSource(Limit);
        return await packets.Reader.ReadAsync(limit.Token);
    }

    private async Task ReadAll()
    {
        try
        {
            while (true)
            {
                var packet = await Read();
                if (packet == "2") await Say("3");
                else packets.Writer.TryWrite(packet);
            }
        }
        catch (Exception cause)
        {
            packets.Writer.TryComplete(cause);
        }
    }

    private async Task<string> Read()
    {
        var buffer = new byte[64 * 1024];
        using var text = new MemoryStream();
        WebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer, closing.Token);
            if (part.MessageType == WebSocketMessageType.Close) throw new InvalidOperationException($"Closed: {socket.CloseStatus}");
            text.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private async Task Say(string packet)
    {
        using var limit = new CancellationTokenSource(Limit);
        await saying.WaitAsync(limit.Token);
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(packet), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
        }
        finally
        {
            saying.Release();
        }
    }
}
