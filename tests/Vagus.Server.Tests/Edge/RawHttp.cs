using System.Net.Sockets;
using System.Text;

namespace Vagus.Server.Tests.Edge;

/// <summary>Bytes to a server as they are, and everything that it answers until it closes.</summary>
internal static class RawHttp
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <param name="server">The server.</param>
    /// <param name="text">Latin-1: one byte for each character.</param>
    public static async Task<RawAnswer> Exchange(TestServer server, string text)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Address.Host, server.Address.Port);
        try
        {
            await socket.SendAsync(Encoding.Latin1.GetBytes(text));
        }
        catch (SocketException)
        {
            // The server has closed before it had everything; what it answered may still be read.
        }

        return await ReadToEnd(socket);
    }

    private static async Task<RawAnswer> ReadToEnd(Socket socket)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var all = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, limit.Token) is > 0 and var length) all.Write(buffer, 0, length);
        }
        catch (SocketException)
        {
            // Reset: closed as well.
        }

        return new RawAnswer(Encoding.Latin1.GetString(all.ToArray()));
    }
}

/// <summary>The answers of one connection, which was then closed.</summary>
internal sealed record RawAnswer(string Text)
{
    private const string StatusLine = "HTTP/1.1 ";

    public IReadOnlyList<int> Statuses =>
    [
        .. Text.Split(StatusLine).Skip(1).Select(part => int.Parse(part[..3], System.Globalization.CultureInfo.InvariantCulture)),
    ];
}
