using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;

namespace Vagus.Bench;

/// <summary>
/// One client of <c>/ws</c> that asked for every change of a resource. Its frames are not parsed: sequence and id are found in the bytes.
/// </summary>
internal sealed class Subscriber : IAsyncDisposable
{
    private const int LargestFrame = 4 * 1024 * 1024;

    // Small below, so that a client that does not read is felt by the server and not hidden in the buffers of the system.
    private const int ReceiveBuffer = 64 * 1024;
    private static readonly string[] Everything = ["*"];
    private static readonly byte[] Sequence = "\"sequence\":"u8.ToArray();
    private static readonly byte[] Update = "{\"type\":\"update\""u8.ToArray();
    private static readonly byte[] ResourceId = "\"resource_id\":\""u8.ToArray();
    private readonly ClientWebSocket socket = new();
    private readonly HttpMessageInvoker dial = new(new SocketsHttpHandler { ConnectCallback = Connect });
    private readonly CancellationTokenSource stop = new();
    private readonly List<long> sequences = [];
    private Task reading = Task.CompletedTask;
    private long last;

    /// <summary>Bytes a second that it reads; 0 is as fast as they come.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>Called for each changed resource with its id; returns at once.</summary>
    public Action<string>? Changed { get; init; }

    public long Last => Volatile.Read(ref last);

    /// <summary>All sequences in the order of their arrival. Read them when the reading is over.</summary>
    public IReadOnlyList<long> Sequences => sequences;

    public bool IsOver => reading.IsCompleted;

    /// <summary>Bytes of all frames.</summary>
    public long Bytes { get; private set; }

    public async Task Open(Target target, CancellationToken cancel)
    {
        var address = new UriBuilder(target.Url) { Scheme = target.Url.Scheme == "https" ? "wss" : "ws", Path = "/ws" };
        await socket.ConnectAsync(address.Uri, dial, cancel);
        await Say(new { type = "authenticate", data = new { token = target.Token } }, cancel);
        var everything = new { subscription_id = "bench", resource_types = Everything, event_types = Array.Empty<string>() };
        await Say(new { type = "subscribe", data = everything }, cancel);
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, cancel);
            if (part.MessageType == WebSocketMessageType.Close) throw new InvalidDataException("the server closed before it subscribed");
            if (buffer.AsSpan(0, part.Count).IndexOf("\"subscribed\""u8) >= 0) return;
        }
    }

    public void Read() => reading = Task.Run(ReadOn);

    public async Task Until(long sequence, TimeSpan within)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (Last < sequence && !IsOver && TimeProvider.System.GetElapsedTime(began) < within) await Task.Delay(20);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        socket.Abort();
        await reading;
        socket.Dispose();
        dial.Dispose();
        stop.Dispose();
    }

    private async Task ReadOn()
    {
        var buffer = new byte[LargestFrame];
        var began = TimeProvider.System.GetTimestamp();
        try
        {
            while (true)
            {
                var length = 0;
                for (var more = true; more; )
                {
                    var part = await socket.ReceiveAsync(buffer.AsMemory(length, Math.Min(16 * 1024, buffer.Length - length)), stop.Token);
                    if (part.MessageType == WebSocketMessageType.Close) return;
                    length += part.Count;
                    Bytes += part.Count;
                    more = !part.EndOfMessage;
                    await KeepPace(began);
                }

                Take(buffer.AsSpan(0, length));
            }
        }
        catch (Exception over) when (over is WebSocketException or OperationCanceledException)
        {
            // Cut, by the server or at the end of the run.
        }
    }

    private async ValueTask KeepPace(long began)
    {
        if (BytesPerSecond == 0) return;

        var due = TimeSpan.FromSeconds((double)Bytes / BytesPerSecond) - TimeProvider.System.GetElapsedTime(began);
        if (due > TimeSpan.FromMilliseconds(5)) await Task.Delay(due, stop.Token);
    }

    private void Take(ReadOnlySpan<byte> frame)
    {
        if (!frame.StartsWith(Update)) return;

        var sequence = Number(frame[(frame.LastIndexOf(Sequence) + Sequence.Length)..]);
        sequences.Add(sequence);
        Volatile.Write(ref last, sequence);
        if (Changed is null) return;

        var id = frame[(frame.IndexOf(ResourceId) + ResourceId.Length)..];
        Changed(System.Text.Encoding.ASCII.GetString(id[..id.IndexOf((byte)'"')]));
    }

    private static long Number(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (char.IsAsciiDigit((char)text[length])) length++;
        return long.Parse(text[..length], CultureInfo.InvariantCulture);
    }

    private async Task Say(object frame, CancellationToken cancel) =>
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame), WebSocketMessageType.Text, endOfMessage: true, cancel);

    private static async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var tcp = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = ReceiveBuffer };
        await tcp.ConnectAsync(context.DnsEndPoint, cancel);
        return new NetworkStream(tcp, ownsSocket: true);
    }
}
