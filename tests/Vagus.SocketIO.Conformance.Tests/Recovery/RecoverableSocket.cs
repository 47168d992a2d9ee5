using System.Text.Json.Nodes;
using Vagus.SocketIO.Conformance.Tests.Echo;
using Vagus.SocketIO.Conformance.Tests.Wire;

namespace Vagus.SocketIO.Conformance.Tests.Recovery;

/// <summary>A client that remembers its pid and offset as the real one does, and what came before it was let in.</summary>
internal sealed class RecoverableSocket : IAsyncDisposable
{
    private RecoverableSocket(WebSocketLine line) => Line = line;

    internal WebSocketLine Line { get; }

    internal string Sid { get; private set; } = "";

    internal string? Pid { get; private set; }

    /// <summary>The last argument of the last event, if that was text.</summary>
    internal string? Offset { get; private set; }

    /// <summary>Events that arrived before the CONNECT reply, without their offsets.</summary>
    internal List<string> Missed { get; } = [];

    /// <summary>Events that arrived after it.</summary>
    internal List<string> Received { get; } = [];

    internal static Task<RecoverableSocket> ConnectAsync(EchoServer server, string token) =>
        ConnectAsync(server, new JsonObject { ["token"] = token });

    /// <summary>Comes back as this socket, with what it remembers.</summary>
    internal Task<RecoverableSocket> ReturnAsync(EchoServer server, string? token, string? offset = null, bool withOffset = true)
    {
        JsonObject auth = new() { ["pid"] = Pid };
        if (withOffset && (offset ?? Offset) is { } known) auth["offset"] = known;
        if (token is not null) auth["token"] = token;
        return ConnectAsync(server, auth);
    }

    internal static async Task<RecoverableSocket> ConnectAsync(EchoServer server, JsonObject auth)
    {
        RecoverableSocket socket = new(await WebSocketClient.OpenEngineAsync(server));
        await socket.Line.SendAsync($"40{auth.ToJsonString()}");
        await socket.ReadUntilAsync(packet => packet.StartsWith("40", StringComparison.Ordinal), socket.Missed);
        await socket.CatchUpAsync();
        return socket;
    }

    internal async Task EnterRoomAsync(string room)
    {
        await Line.SendAsync($"4277[\"join\",\"{room}\"]");
        await ReadUntilAsync(packet => packet == "4377[]", Received);
    }

    /// <summary>Reads everything that the server had sent by now.</summary>
    internal async Task CatchUpAsync()
    {
        await Line.SendAsync("4278[\"message-with-ack\"]");
        await ReadUntilAsync(packet => packet == "4378[]", Received);
    }

    internal async Task ReceiveAsync(string name, int count)
    {
        var goal = Received.Count(IsNamed) + count;
        await ReadUntilAsync(_ => Received.Count(IsNamed) == goal, Received);
        bool IsNamed(string occurrence) => occurrence.StartsWith($"[\"{name}\"", StringComparison.Ordinal);
    }

    /// <summary>Vanishes; waits until the server has noticed.</summary>
    internal async Task VanishAsync(EchoServer server)
    {
        var before = await server.SocketsAsync();
        Line.Reset();
        await Eventually.HoldsAsync(async () => await server.SocketsAsync() < before, "the server noticed that the line is gone");
    }

    public ValueTask DisposeAsync() => Line.DisposeAsync();

    private async Task ReadUntilAsync(Predicate<string> isLast, List<string> events)
    {
        while (true)
        {
            var frame = await Line.ReceiveAsync();
            Assert.NotNull(frame);
            Assert.NotEqual(Opcode.Close, frame.Opcode);
            if (frame.Opcode == Opcode.Binary)
            {
                events.Add(Convert.ToHexString(frame.Payload));
                continue;
            }
            Take(frame.Text, events);
            if (isLast(frame.Text)) return;
        }
    }

    private void Take(string packet, List<string> events)
    {
        if (packet.StartsWith("40", StringComparison.Ordinal))
        {
            var reply = JsonNode.Parse(packet[2..]);
            Sid = (string?)reply?["sid"] ?? "";
            Pid = (string?)reply?["pid"];
        }
        else if (packet.StartsWith("42", StringComparison.Ordinal)) TakeEvent(JsonNode.Parse(packet[2..])?.AsArray() ?? [], events);
        else if (packet.StartsWith("451-", StringComparison.Ordinal)) TakeEvent(JsonNode.Parse(packet[4..])?.AsArray() ?? [], events);
    }

    private void TakeEvent(JsonArray arguments, List<string> events)
    {
        if (arguments.Count > 1 && arguments[^1] is JsonValue value && value.TryGetValue<string>(out var offset))
        {
            Offset = offset;
            arguments.RemoveAt(arguments.Count - 1);
        }
        events.Add(arguments.ToJsonString());
    }
}
