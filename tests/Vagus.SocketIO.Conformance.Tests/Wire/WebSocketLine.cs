using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Vagus.SocketIO.Conformance.Tests.Echo;

namespace Vagus.SocketIO.Conformance.Tests.Wire;

/// <summary>A WebSocket client that can also do everything a client must not.</summary>
internal sealed class WebSocketLine : IAsyncDisposable
{
    private readonly Socket _socket;
    private readonly NetworkStream _stream;

    private WebSocketLine(Socket socket)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>The server's answer to the upgrade request.</summary>
    internal int Status { get; private set; }

    internal string Head { get; private set; } = "";

    /// <summary>How long a silence may last before it fails the test.</summary>
    internal TimeSpan Patience { get; set; } = Eventually.Limit;

    internal static async Task<WebSocketLine> OpenAsync(
        EchoServer server, string query = "EIO=4&transport=websocket", params string[] headers)
    {
        var line = await RequestAsync(server, query, headers);
        Assert.Equal(101, line.Status);
        return line;
    }

    /// <summary>Asks for the upgrade and accepts any answer.</summary>
    internal static async Task<WebSocketLine> RequestAsync(EchoServer server, string query, params string[] headers)
    {
        var line = await DialAsync(server);
        string[] lines =
        [
            $"GET /socket.io/?{query} HTTP/1.1", $"Host: 127.0.0.1:{server.Port}", "Connection: Upgrade", "Upgrade: websocket",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", .. headers, "", "",
        ];
        await line.SendRawAsync(Encoding.ASCII.GetBytes(string.Join("\r\n", lines)));
        await line.ReadHeadAsync();
        return line;
    }

    /// <summary>A bare connection: no request yet.</summary>
    internal static async Task<WebSocketLine> DialAsync(EchoServer server)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, server.Port);
        return new WebSocketLine(socket);
    }

    internal async Task SendRawAsync(byte[] bytes) => await _stream.WriteAsync(bytes);

    internal Task SendAsync(Frame frame) => SendRawAsync(frame.ToBytes());

    internal Task SendAsync(string text) => SendAsync(new Frame(Opcode.Text, Encoding.UTF8.GetBytes(text)));

    internal Task SendAsync(byte[] binary) => SendAsync(new Frame(Opcode.Binary, binary));

    /// <summary>The next frame, or null when the line has ended.</summary>
    internal async Task<Frame?> ReceiveAsync()
    {
        using CancellationTokenSource limit = new(Patience);
        try
        {
            var head = await ReadAsync(2, limit.Token);
            Assert.True((head[1] & 0x80) == 0, "A server frame must not be masked.");
            long length = head[1];
            if (length == 126) length = BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2, limit.Token));
            else if (length == 127) length = BinaryPrimitives.ReadInt64BigEndian(await ReadAsync(8, limit.Token));
            return new Frame((Opcode)(head[0] & 0xF), await ReadAsync((int)length, limit.Token), (head[0] & 0x80) != 0);
        }
        catch (OperationCanceledException silence)
        {
            throw new TimeoutException("The server sent nothing and kept the line open.", silence);
        }
        catch (Exception ended) when (ended is IOException or EndOfStreamException)
        {
            return null;
        }
    }

    internal async Task<string> ReceiveTextAsync()
    {
        var frame = await ReceiveAsync();
        Assert.NotNull(frame);
        Assert.True(
            frame.Opcode == Opcode.Text, $"Expected text, got {frame.Opcode} {(frame.Opcode == Opcode.Close ? frame.CloseCode : null)}.");
        return frame.Text;
    }

    internal async Task ExpectAsync(string text) => Assert.Equal(text, await ReceiveTextAsync());

    internal async Task ExpectAsync(byte[] binary)
    {
        var frame = await ReceiveAsync();
        Assert.NotNull(frame);
        Assert.Equal(Opcode.Binary, frame.Opcode);
        Assert.Equal(binary, frame.Payload);
    }

    /// <summary>Reads until the line ends; returns the close code, 1006 when the end came without a close frame.</summary>
    internal async Task<int> ExpectClosedAsync()
    {
        while (await ReceiveAsync() is { } frame)
        {
            if (frame.Opcode == Opcode.Close) return frame.CloseCode;
        }
        return 1006;
    }

    /// <summary>Vanishes with a reset.</summary>
    internal void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task ReadHeadAsync()
    {
        using CancellationTokenSource limit = new(Eventually.Limit);
        StringBuilder head = new();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append((char)(await ReadAsync(1, limit.Token))[0]);
        Head = head.ToString();
        Status = int.Parse(Head.Split(' ')[1]);
    }

    private async Task<byte[]> ReadAsync(int count, CancellationToken cancel)
    {
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes, cancel);
        return bytes;
    }
}
