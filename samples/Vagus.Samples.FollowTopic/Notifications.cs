using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Vagus.Samples.FollowTopic;

/// <summary>One event: its number in the subscription, and the resource that it is about; null where that may not be shown.</summary>
internal sealed record ToldEvent(long Number, string? Focus);

/// <summary>What a bound websocket tells. An event may come again with the number that it had: what was told is known by it.</summary>
internal static class Notifications
{
    private const int LargestFrame = 8 * 1024 * 1024;

    /// <summary>Until the server closes the socket.</summary>
    public static async Task Follow(FhirClient fhir, Binding binding, Progress progress, CancellationToken cancel)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(binding.Url, cancel);
        await socket.SendAsync(
            Encoding.UTF8.GetBytes($"bind-with-token {binding.Token}"), WebSocketMessageType.Text, endOfMessage: true, cancel);
        while (await Read(socket, cancel) is { } bundle)
        {
            var events = EventsOf(bundle).ToList();
            // The handshake says how many there were: what was sent into a connection that broke is asked for.
            await AskFor(fhir, progress, events.Count > 0 ? events[0].Number - 1 : CountOf(bundle), cancel);
            progress.Tell(events);
        }
    }

    /// <summary>Tells what is lacking up to this number, as far as the server still has it.</summary>
    private static async Task AskFor(FhirClient fhir, Progress progress, long number, CancellationToken cancel)
    {
        while (progress.Lacks(number) && progress.Next is { } next)
        {
            if (!progress.Tell(EventsOf(await fhir.EventsFrom(progress.Subscription, next, cancel)))) return;
        }
    }

    private static long CountOf(JsonNode bundle) => long.Parse(
        FhirClient.Parameter(bundle["entry"]![0]!["resource"]!, "events-since-subscription-start")["valueString"]!.GetValue<string>(),
        CultureInfo.InvariantCulture);

    private static IEnumerable<ToldEvent> EventsOf(JsonNode bundle)
    {
        foreach (var parameter in bundle["entry"]![0]!["resource"]!["parameter"]!.AsArray())
        {
            if (parameter!["name"]!.GetValue<string>() != "notification-event") continue;
            var parts = parameter["part"]!.AsArray().ToDictionary(part => part!["name"]!.GetValue<string>(), part => part!);
            var number = parts["event-number"]["valueString"]!.GetValue<string>();
            var focus = parts.GetValueOrDefault("focus")?["valueReference"]!["reference"]!.GetValue<string>();
            yield return new ToldEvent(long.Parse(number, CultureInfo.InvariantCulture), focus);
        }
    }

    /// <summary>Null: the server has closed.</summary>
    private static async Task<JsonNode?> Read(ClientWebSocket socket, CancellationToken cancel)
    {
        using var frame = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            frame.Write(buffer, 0, part.Count);
            if (frame.Length > LargestFrame) throw new IOException("The server sent a frame that is larger than this program takes.");
            if (part.EndOfMessage) return JsonNode.Parse(frame.ToArray());
        }
    }
}
