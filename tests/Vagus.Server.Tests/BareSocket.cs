using System.Net.Sockets;
using System.Text;

namespace Vagus.Server.Tests;

/// <summary>A WebSocket client by hand: it reads from the system's buffers when the test says so, and never by itself.</summary>
internal static class BareSocket
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task<Socket> Upgrade(TestServer server, string path)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 64 * 1024 };
        await socket.ConnectAsync(server.Address.Host, server.Address.Port);
        var head = $"GET {path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        await socket.SendAsync(Encoding.ASCII.GetBytes(head));
        await Hear(socket, "\r\n\r\n");
        return socket;
    }

    /// <summary>One masked text frame of less than 64 KB.</summary>
    public static async Task Say(Socket socket, string text)
    {
        var payload = Encoding.UTF8.GetBytes(text);
        byte[] length = payload.Length < 126
            ? [(byte)(0x80 | payload.Length)] : [0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length];
        await socket.SendAsync((byte[])[0x81, .. length, 0, 0, 0, 0, .. payload]);
    }

    public static async Task Hear(Socket socket, string words)
    {
        var buffer = new byte[4096];
        for (var heard = ""; !heard.Contains(words, StringComparison.Ordinal);)
        {
            var length = await socket.ReceiveAsync(buffer).WaitAsync(Limit);
            Assert.True(length > 0, $"Closed instead of {words}: {heard}");
            heard += Encoding.UTF8.GetString(buffer, 0, length);
        }
    }
}
