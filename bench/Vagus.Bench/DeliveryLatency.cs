using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Vagus.Bench;

/// <summary>
/// From sending a write to its update frame at a subscribed raw WebSocket, at a fixed pace. It counts the request's way to
/// the server as well, so it is an upper bound of the time between commit and frame.
/// </summary>
internal sealed class DeliveryLatency(Target target, Amount amount, int perSecond)
{
    private const int LargestFrame = 64 * 1024;
    private static readonly string[] Types = ["Observation"];
    private static readonly TimeSpan WaitForLast = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, long> sent = new(StringComparer.Ordinal);
    private readonly Latencies latencies = new(amount.Requests);
    private int arrived;

    public async Task<string> Run(CancellationToken cancel)
    {
        var patient = await target.Create("Patient", """{"resourceType":"Patient","active":true}"""u8.ToArray(), cancel);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(amount.AtMost);
        using var socket = await Subscribe(patient, limit.Token);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var listening = Listen(socket, stop.Token);
        var began = TimeProvider.System.GetTimestamp();
        await Write(patient, began, limit.Token);
        stop.CancelAfter(WaitForLast);
        await listening;
        return latencies.Report("latency", TimeProvider.System.GetElapsedTime(began));
    }

    private async Task<ClientWebSocket> Subscribe(string patient, CancellationToken cancel)
    {
        var address = new UriBuilder(target.Url) { Scheme = target.Url.Scheme == "https" ? "wss" : "ws", Path = "/ws" };
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(address.Uri, cancel);
        await Say(socket, new { type = "authenticate", data = new { token = target.Token } }, cancel);
        await Say(
            socket,
            new { type = "subscribe", data = new { subscription_id = "bench", resource_types = Types, patient_ids = new[] { patient } } },
            cancel);
        var buffer = new byte[LargestFrame];
        while (await Hear(socket, buffer, cancel) is { } frame)
        {
            if (frame.GetProperty("type").GetString() == "subscribed") return socket;
        }

        throw new InvalidDataException("the server closed the socket before it subscribed");
    }

    private async Task Write(string patient, long began, CancellationToken cancel)
    {
        using var room = new SemaphoreSlim(amount.Workers);
        var writes = new List<Task>(amount.Requests);
        for (var number = 0; number < amount.Requests; number++)
        {
            var wait = TimeSpan.FromSeconds((double)number / perSecond) - TimeProvider.System.GetElapsedTime(began);
            if (wait > TimeSpan.Zero) await Task.Delay(wait, TimeProvider.System, cancel);
            await room.WaitAsync(cancel);
            writes.Add(WriteOne(patient, number, room, cancel));
        }

        await Task.WhenAll(writes);
    }

    private async Task WriteOne(string patient, int number, SemaphoreSlim room, CancellationToken cancel)
    {
        try
        {
            var id = $"bench-{patient}-{number}";
            id = id[Math.Max(id.Length - 64, 0)..];
            var body = Encoding.UTF8.GetString(Samples.HeartRate(patient, number))
                .Replace("\"status\"", $"\"id\":\"{id}\",\"status\"", StringComparison.Ordinal);
            sent[id] = TimeProvider.System.GetTimestamp();
            if (!await target.Ask(HttpMethod.Put, $"fhir/Observation/{id}", Encoding.UTF8.GetBytes(body), cancel)) latencies.Fail();
        }
        finally
        {
            room.Release();
        }
    }

    private async Task Listen(ClientWebSocket socket, CancellationToken cancel)
    {
        var buffer = new byte[LargestFrame];
        try
        {
            while (arrived < amount.Requests && await Hear(socket, buffer, cancel) is { } frame)
            {
                var now = TimeProvider.System.GetTimestamp();
                if (frame.GetProperty("type").GetString() != "update") continue;
                var id = frame.GetProperty("data").GetProperty("resource_id").GetString() ?? "";
                if (sent.TryRemove(id, out var from)) latencies.Record(arrived++, TimeProvider.System.GetElapsedTime(from, now));
            }
        }
        catch (OperationCanceledException)
        {
            // The wait for the last frames is over; the report shows how many came.
        }
    }

    private static Task Say(ClientWebSocket socket, object frame, CancellationToken cancel) =>
        socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(frame), WebSocketMessageType.Text, endOfMessage: true, cancel);

    private static async Task<JsonElement?> Hear(ClientWebSocket socket, byte[] buffer, CancellationToken cancel)
    {
        var length = 0;
        while (length < buffer.Length)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancel);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            length += part.Count;
            if (part.EndOfMessage) return JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, length));
        }

        throw new InvalidDataException($"a frame is longer than {LargestFrame} bytes");
    }
}
