using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Vagus.Care.Tests.Alerts;

/// <summary>What a person's Socket.IO client hears, in order. Waiting has a limit.</summary>
internal sealed class AlertSocket : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly ClientWebSocket socket = new();
    private readonly byte[] buffer = new byte[256 * 1024];

    private int asked;

    private AlertSocket()
    {
    }

    public static async Task<AlertSocket> Open(Ward ward, Signed person)
    {
        var opened = new AlertSocket();
        var address = new UriBuilder(ward.Address) { Scheme = "ws", Path = "/socket.io/", Query = "EIO=4&transport=websocket" };
        await opened.socket.ConnectAsync(address.Uri, TestContext.Current.CancellationToken);
        await opened.Say($"40{JsonSerializer.Serialize(new { token = person.Token })}");
        while (await opened.Next() is var packet && !packet.StartsWith("40", StringComparison.Ordinal))
            Assert.False(packet.StartsWith("44", StringComparison.Ordinal), packet);
        return opened;
    }

    /// <summary>What the server acknowledges the request with.</summary>
    public async Task<JsonElement> Ask(string name, object request)
    {
        var (ask, answer) = ($"42{++asked}", $"43{asked}");
        await Say($"{ask}{JsonSerializer.Serialize(new[] { name, request })}");
        while (true)
        {
            if (await Next() is var packet && packet.StartsWith($"{answer}[", StringComparison.Ordinal))
                return JsonElement.Parse(packet[answer.Length..])[0];
        }
    }

    /// <summary>The names of the events up to the first of this name, and its payload.</summary>
    public async Task<(IReadOnlyList<string> Names, JsonElement Payload)> HearUpTo(string name)
    {
        var names = new List<string>();
        while (true)
        {
            var packet = await Next();
            if (!packet.StartsWith("42[", StringComparison.Ordinal)) continue;
            var told = JsonElement.Parse(packet[2..]);
            if (told[0].GetString() is not { } heard || heard == "position") continue;
            names.Add(heard);
            if (heard == name) return (names, told[1]);
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task Say(string packet) => socket.SendAsync(
        Encoding.UTF8.GetBytes(packet), WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);

    private async Task<string> Next()
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var length = 0;
            for (var isWhole = false; !isWhole;)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), limit.Token);
                Assert.NotEqual(WebSocketMessageType.Close, part.MessageType);
                (length, isWhole) = (length + part.Count, part.EndOfMessage);
            }

            var packet = Encoding.UTF8.GetString(buffer, 0, length);
            if (packet != "2") return packet;
            await Say("3");
        }
    }
}
