using System.Text.Json;
using Vagus.SocketIO.Conformance.Tests.Echo;

namespace Vagus.SocketIO.Conformance.Tests.Wire;

/// <summary>Shortcuts to a connected Socket.IO socket on a raw line.</summary>
internal static class WebSocketClient
{
    /// <summary>Engine open, no namespace joined.</summary>
    internal static async Task<WebSocketLine> OpenEngineAsync(EchoServer server)
    {
        var line = await WebSocketLine.OpenAsync(server);
        OpenPacket.Parse(await line.ReceiveTextAsync());
        return line;
    }

    /// <summary>Connected to the main namespace, its greeting read.</summary>
    internal static async Task<WebSocketLine> ConnectAsync(EchoServer server)
    {
        var line = await OpenEngineAsync(server);
        await line.JoinAsync("/");
        return line;
    }

    internal static async Task<JsonElement> JoinAsync(this WebSocketLine line, string name, string auth = "")
    {
        var prefix = name == "/" ? "" : $"{name},";
        await line.SendAsync($"40{prefix}{auth}");
        var reply = await line.ReceivePacketAsync();
        Assert.StartsWith($"40{prefix}{{", reply, StringComparison.Ordinal);
        Assert.Equal($"42{prefix}[\"auth\",{(auth.Length == 0 ? "{}" : auth)}]", await line.ReceivePacketAsync());
        return JsonDocument.Parse(reply[(2 + prefix.Length)..]).RootElement;
    }

    internal static async Task ExpectStillServedAsync(this WebSocketLine line)
    {
        await line.SendAsync("42[\"message\",\"still here\"]");
        Assert.Equal("42[\"message-back\",\"still here\"]", await line.ReceivePacketAsync());
    }

    internal static async Task EnterRoomAsync(this WebSocketLine line, string room)
    {
        await line.SendAsync($"421[\"join\",\"{room}\"]");
        await line.ExpectAsync("431[]");
    }

    // On a busy machine a ping may come before what a test waits for.
    private static async Task<string> ReceivePacketAsync(this WebSocketLine line)
    {
        while (true)
        {
            var packet = await line.ReceiveTextAsync();
            if (packet != "2") return packet;
            await line.SendAsync("3");
        }
    }
}
