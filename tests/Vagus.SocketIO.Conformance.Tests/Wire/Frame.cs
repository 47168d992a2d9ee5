using System.Buffers.Binary;
using System.Text;

namespace Vagus.SocketIO.Conformance.Tests.Wire;

internal enum Opcode { Continuation = 0, Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 }

/// <summary>One WebSocket frame as seen on the wire.</summary>
internal sealed record Frame(Opcode Opcode, byte[] Payload, bool IsFinal = true)
{
    internal string Text => Encoding.UTF8.GetString(Payload);

    /// <summary>1005 stands for a close frame without a code (RFC 6455 §7.1.5).</summary>
    internal int CloseCode => Payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(Payload) : 1005;

    /// <summary>The bytes a client sends; masking and the reserved bits can be made wrong on purpose.</summary>
    internal byte[] ToBytes(bool masked = true, byte reserved = 0, long? claimedLength = null)
    {
        var length = claimedLength ?? Payload.Length;
        List<byte> bytes = [(byte)((IsFinal ? 0x80 : 0) | reserved << 4 | (int)Opcode)];
        var mask = (byte)(masked ? 0x80 : 0);
        if (length < 126) bytes.Add((byte)(mask | length));
        else if (length <= ushort.MaxValue) bytes.AddRange([(byte)(mask | 126), (byte)(length >> 8), (byte)length]);
        else
        {
            bytes.Add((byte)(mask | 127));
            for (var shift = 56; shift >= 0; shift -= 8) bytes.Add((byte)(length >> shift));
        }
        if (!masked) return [.. bytes, .. Payload];
        byte[] key = [0x37, 0xFA, 0x21, 0x3D];
        return [.. bytes, .. key, .. Payload.Select((value, index) => (byte)(value ^ key[index % 4]))];
    }
}
