using System.Net.WebSockets;
using System.Text;

namespace Vagus.SocketIO.Tests;

/// <summary>The client's side of a WebSocket, packet by packet.</summary>
internal sealed class Wire : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[1 << 20];

    internal int? CloseStatus => (int?)_socket.CloseStatus;

    internal string? CloseText => _socket.CloseStatusDescription;

    internal static async Task<Wire> Open(Uri address, string? origin = null)
    {
        var wire = new Wire();
        wire._socket.Options.KeepAliveInterval = TimeSpan.Zero;
        if (origin is not null) wire._socket.Options.SetRequestHeader("Origin", origin);
        using var limit = new CancellationTokenSource(Limit);
        await wire._socket.ConnectAsync(address, limit.Token);
        return wire;
    }

    internal Task Send(string text) =>
        _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    internal Task Send(byte[] binary) => _socket.SendAsync(binary, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);

    internal Task SendPart(byte[] text, bool last) => _socket.SendAsync(text, WebSocketMessageType.Text, last, CancellationToken.None);

    /// <summary>The next text, or base64 of the next binary, or <c>closed</c>.</summary>
    internal async Task<string> Read()
    {
        using var limit = new CancellationTokenSource(Limit);
        var length = 0;
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(_buffer.AsMemory(length), limit.Token);
                if (part.MessageType == WebSocketMessageType.Close) return "closed";

                length += part.Count;
                if (!part.EndOfMessage) continue;

                return part.MessageType == WebSocketMessageType.Text
                    ? Encoding.UTF8.GetString(_buffer, 0, length)
                    : Convert.ToBase64String(_buffer, 0, length);
            }
        }
        catch (WebSocketException)
        {
            return "closed";
        }
    }

    /// <summary>Takes one message in steps of this buffer's size with a pause after each, and counts its bytes.</summary>
    internal async Task<long> ReadSlowly(TimeSpan pause)
    {
        using var limit = new CancellationTokenSource(Limit);
        var count = 0L;
        try
        {
            while (true)
            {
                var step = 0;
                while (step < _buffer.Length)
                {
                    var part = await _socket.ReceiveAsync(_buffer.AsMemory(step), limit.Token);
                    count += part.Count;
                    step += part.Count;
                    if (part.EndOfMessage) return count;
                }
                await Task.Delay(pause, limit.Token);
            }
        }
        catch (WebSocketException)
        {
            return count;
        }
    }

    internal async Task<List<string>> Read(int count)
    {
        var read = new List<string>();
        while (read.Count < count) read.Add(await Read());
        return read;
    }

    internal void Cut() => _socket.Abort();

    public void Dispose() => _socket.Dispose();
}
