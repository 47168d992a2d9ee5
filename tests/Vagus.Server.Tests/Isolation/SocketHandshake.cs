using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Vagus.Server.Tests.Isolation;

/// <summary>The handshake of Socket.IO over one WebSocket, with a token where clients put it.</summary>
internal static class SocketHandshake
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>The code of the <c>CONNECT_ERROR</c>; null where the token was let in.</summary>
    public static async Task<string?> Refusal(TestServer server, string token, bool inHeader = false)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var socket = new ClientWebSocket();
        if (inHeader) socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
        await socket.ConnectAsync(
            new Uri($"ws://{server.Address.Authority}/socket.io/?EIO=4&transport=websocket"), limit.Token);
        var connect = inHeader ? "40" : "40" + JsonSerializer.Serialize(new { token });
        await socket.SendAsync(Encoding.UTF8.GetBytes(connect), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, limit.Token);
            if (part.MessageType == WebSocketMessageType.Close) return $"closed {(int?)socket.CloseStatus}";
            var packet = Encoding.UTF8.GetString(buffer, 0, part.Count);
            if (packet.StartsWith("40", StringComparison.Ordinal)) return null;
            if (packet.StartsWith("44", StringComparison.Ordinal))
                return JsonElement.Parse(packet[2..]).GetProperty("data").GetProperty("code").GetString();
        }
    }
}
