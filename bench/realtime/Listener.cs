using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Vagus.Realtime.Tests;

namespace Vagus.Bench.Realtime;

/// <summary>One subscriber, which notes when each position arrived.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private static readonly byte[] Mark = "\"sequence\":"u8.ToArray();
    private readonly ConcurrentDictionary<long, long> arrived = new();
    private readonly ClientWebSocket socket = new();
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task reading = Task.CompletedTask;

    private Listener(string name) => Name = name;

    public string Name { get; }

    public long At(long position) => arrived[position];

    public static async Task<Listener> OnRaw(LiveClinic clinic, SignedIn person)
    {
        var listener = new Listener("/ws");
        await listener.Connect(clinic, "/ws", "");
        await listener.Say($$$"""{"type":"authenticate","data":{"token":"{{{person.Token}}}"}}""");
        await listener.Say("""{"type":"subscribe","data":{"subscription_id":"bench","resource_types":["*"]}}""");
        return await listener.Ready("\"subscribed\"");
    }

    public static async Task<Listener> OnSocketIO(LiveClinic clinic, SignedIn person)
    {
        var listener = new Listener("Socket.IO");
        await listener.Connect(clinic, "/socket.io/", "EIO=4&transport=websocket");
        await listener.Say($$"""40{"token":"{{person.Token}}"}""");
        return await listener.Ready("40{");
    }

    public async Task Until(long position)
    {
        for (var waits = 0; !arrived.ContainsKey(position) && waits < 1_000; waits++) await Task.Delay(10);
    }

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        await reading;
        socket.Dispose();
    }

    private Task Connect(LiveClinic clinic, string path, string query) =>
        socket.ConnectAsync(new UriBuilder(clinic.Address) { Scheme = "ws", Path = path, Query = query }.Uri, CancellationToken.None);

    private Task Say(string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private async Task<Listener> Ready(string sign)
    {
        reading = Read(Encoding.UTF8.GetBytes(sign));
        await ready.Task;
        return this;
    }

    private async Task Read(byte[] sign)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, CancellationToken.None) is { MessageType: WebSocketMessageType.Text } part)
            {
                var now = TimeProvider.System.GetTimestamp();
                var frame = buffer.AsSpan(0, part.Count);
                if (frame.IndexOf(sign) >= 0) ready.TrySetResult();
                else if (frame.SequenceEqual("2"u8)) await Say("3");
                else if (frame.LastIndexOf(Mark) is > 0 and var at) arrived[Position(buffer.AsSpan(at + Mark.Length))] = now;
            }
        }
        catch (Exception cut) when (cut is WebSocketException or OperationCanceledException)
        {
            // Cut at the end of the run.
        }
    }

    private static long Position(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (char.IsAsciiDigit((char)text[length])) length++;
        return long.Parse(text[..length], CultureInfo.InvariantCulture);
    }
}
