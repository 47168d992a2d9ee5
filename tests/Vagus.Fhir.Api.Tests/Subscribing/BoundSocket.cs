using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>A client of the websocket channel: says <c>bind-with-token</c>, and keeps what it hears.</summary>
internal sealed class BoundSocket : IAsyncDisposable
{
    private readonly ClientWebSocket socket;
    private readonly Task hearing;

    private BoundSocket(ClientWebSocket open)
    {
        socket = open;
        hearing = Hear();
    }

    public ConcurrentQueue<Notified> Heard { get; } = new();

    public static async Task<BoundSocket> Open(Uri server, string? origin = null, string path = "/ws/fhir")
    {
        var socket = new ClientWebSocket();
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        await socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = path }.Uri, CancellationToken.None);
        return new BoundSocket(socket);
    }

    /// <summary>A socket that is bound to the subscription, whose handshake it has heard.</summary>
    public static async Task<BoundSocket> Bound(Person owner, params string[] ids)
    {
        var bound = await Open(owner.Server.Address);
        await bound.Say($"bind-with-token {await Token(owner, ids)}");
        await bound.Hears(ids.Length, "handshake");
        return bound;
    }

    public static async Task<string> Token(Person owner, params string[] ids)
    {
        var answer = (await owner.Get($"Subscription/$get-ws-binding-token?{string.Join('&', ids.Select(id => $"id={id}"))}")).Is(200);
        return answer.Json.GetProperty("parameter").EnumerateArray().First(each => each.GetProperty("name").GetString() == "token")
            .GetProperty("valueString").GetString()!;
    }

    public Task Say(string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    public async Task<List<Notified>> Hears(int count, string type = "event-notification")
    {
        await Desk.Until(() => Task.FromResult(Of(type).Count >= count), $"{Of(type).Count} of {count} frames came");
        return Of(type);
    }

    public async Task<List<long>> Numbers(int count)
    {
        await Desk.Until(() => Task.FromResult(All().Count >= count), $"{All().Count} of {count} events came");
        return All();

        List<long> All() => [.. Of("event-notification").SelectMany(each => each.Numbers)];
    }

    /// <summary>Waits until the server has closed.</summary>
    public async Task<WebSocketCloseStatus?> Closed()
    {
        await hearing.WaitAsync(TimeSpan.FromSeconds(30));
        return socket.CloseStatus;
    }

    public async ValueTask DisposeAsync()
    {
        if (socket.State == WebSocketState.Open)
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        await hearing.WaitAsync(TimeSpan.FromSeconds(30));
        socket.Dispose();
    }

    /// <summary>What was said that is no notification.</summary>
    public List<string> Outcomes => [.. Heard.Where(each => !each.IsBundle).Select(each => each.Bundle.GetRawText())];

    public List<Notified> Of(string type) => [.. Heard.Where(each => each.IsBundle && each.Type == type)];

    private async Task Hear()
    {
        var buffer = new byte[256 * 1024];
        using var frame = new MemoryStream();
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close) return;
                frame.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage) continue;
                Heard.Enqueue(new Notified(new Received("", new Dictionary<string, string>(StringComparer.Ordinal), frame.ToArray())));
                frame.SetLength(0);
            }
        }
        catch (WebSocketException)
        {
            return;
        }
    }
}
