using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using Vagus.EndToEnd.Tests.Running;

namespace Vagus.Bench.Hospital;

/// <summary>
/// A screen that shows one patient: a client of <c>/ws</c> that comes back with the last sequence it saw. Its frames are not parsed: the
/// sequence is found in the bytes.
/// </summary>
internal sealed class Screen : IAsyncDisposable
{
    private static readonly byte[] Update = "{\"type\":\"update\""u8.ToArray();
    private static readonly byte[] Subscribed = "{\"type\":\"subscribed\""u8.ToArray();
    private static readonly byte[] Gap = "{\"type\":\"gap\""u8.ToArray();
    private static readonly byte[] Sequence = "\"sequence\":"u8.ToArray();
    private static readonly string[] Everything = ["*"];
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource following = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<(long Sequence, long At)> shown = [];
    private readonly RunningServer server;
    private readonly SignedIn user;
    private readonly Task running;
    private long last = -1;

    public Screen(RunningServer server, int node, SignedIn user, string patient)
    {
        (this.server, Node, this.user, Patient) = (server, node, user, patient);
        running = Run();
    }

    public int Node { get; }

    public string Patient { get; }

    /// <summary>Completes with the first subscription.</summary>
    public Task Following => following.Task;

    /// <summary>The position from which on it is owed everything of its patient.</summary>
    public long Begin { get; private set; }

    public int Gaps { get; private set; }

    public int Connections { get; private set; }

    public long Last => Volatile.Read(ref last);

    public void Clear()
    {
        lock (shown) shown.Clear();
        Gaps = 0;
    }

    /// <summary>All changes that it was shown, in the order in which they came.</summary>
    public List<(long Sequence, long At)> Shown()
    {
        lock (shown) return [.. shown];
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }

    private async Task Run()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await server.Up.WaitAsync(stop.Token);
                using var socket = new ClientWebSocket();
                Connections++;
                await Follow(socket);
            }
            catch (Exception lost) when (lost is WebSocketException or HttpRequestException or IOException or OperationCanceledException)
            {
                if (!stop.IsCancellationRequested) await Task.Delay(50);
            }
        }
    }

    private async Task Follow(ClientWebSocket socket)
    {
        await socket.ConnectAsync(new Uri($"{server.Url.Replace("http", "ws", StringComparison.Ordinal)}/ws"), stop.Token);
        await Say(socket, new { type = "authenticate", data = new { token = await user.Token() } });
        var patients = new[] { Patient };
        await Say(socket, new
        {
            type = "subscribe",
            data = Last < 0
                ? (object)new { subscription_id = "screen", resource_types = Everything, patient_ids = patients }
                : new { subscription_id = "screen", resource_types = Everything, patient_ids = patients, since = Last },
        });
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var length = 0;
            for (var isWhole = false; !isWhole;)
            {
                if (length == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), stop.Token);
                if (part.MessageType == WebSocketMessageType.Close) return;
                length += part.Count;
                isWhole = part.EndOfMessage;
            }

            Take(buffer.AsSpan(0, length), TimeProvider.System.GetTimestamp());
        }
    }

    private void Take(ReadOnlySpan<byte> frame, long at)
    {
        if (frame.StartsWith(Update))
        {
            var sequence = Number(frame[(frame.LastIndexOf(Sequence) + Sequence.Length)..]);
            lock (shown) shown.Add((sequence, at));
            Volatile.Write(ref last, sequence);
        }
        else if (frame.StartsWith(Subscribed) && Last < 0)
        {
            Begin = Number(frame[(frame.LastIndexOf(Sequence) + Sequence.Length)..]);
            Volatile.Write(ref last, Begin);
            following.TrySetResult();
        }
        else if (frame.StartsWith(Gap))
        {
            Gaps++;
        }
    }

    private static long Number(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (char.IsAsciiDigit((char)text[length])) length++;
        return long.Parse(text[..length], CultureInfo.InvariantCulture);
    }

    private async Task Say(ClientWebSocket socket, object frame) =>
        await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame), WebSocketMessageType.Text, endOfMessage: true, stop.Token);
}
