using System.Buffers.Binary;
using System.Text;

namespace Vagus.SocketIO.Load.Wire;

/// <summary>Client frames (RFC 6455 §5) built once and sent many times; a mask of zeros is legal and free.</summary>
internal static class Frames
{
    internal static readonly byte[] Connect = Text("40");
    internal static readonly byte[] Pong = Text("3");
    internal static readonly byte[] Disconnect = Text("41");
    internal static readonly byte[] Close = [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8];

    internal static byte[] Text(string payload)
    {
        var bytes = Encoding.UTF8.GetBytes(payload);
        if (bytes.Length > ushort.MaxValue) throw new ArgumentException("Longer than this client needs.", nameof(payload));
        var isLong = bytes.Length > 125;
        var frame = new byte[(isLong ? 8 : 6) + bytes.Length];
        frame[0] = 0x81;
        frame[1] = (byte)(0x80 | (isLong ? 126 : bytes.Length));
        if (isLong) BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)bytes.Length);
        bytes.CopyTo(frame.AsSpan(frame.Length - bytes.Length));
        return frame;
    }

    internal static byte[] Upgrade(int port) => Encoding.ASCII.GetBytes(
        $"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n" +
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
}
