using System.Buffers.Binary;
using System.Text;

namespace Vagus.SocketIO.Delivery;

/// <summary>
/// One Engine.IO packet, ready for both transports and shared by everyone it is sent to: the bytes of a finished WebSocket
/// frame, whose payload is also the packet's text for polling.
/// </summary>
internal sealed class Frame
{
    internal static readonly Frame Ping = Text("2"u8);
    internal static readonly Frame Noop = Text("6"u8);
    internal static readonly Frame ClosePacket = Text("1"u8);
    internal static readonly Frame ProbeAnswer = Text("3probe"u8);

    private readonly int _header;

    private Frame(byte[] wire, int header)
    {
        Wire = wire;
        _header = header;
    }

    internal byte[] Wire { get; }

    internal ReadOnlySpan<byte> Payload => Wire.AsSpan(_header);

    internal Opcode Opcode => (Opcode)(Wire[0] & 0x0F);

    /// <summary>Bytes that this packet takes in a polling response.</summary>
    internal int PollingLength => Opcode == Opcode.Binary ? 1 + ((Payload.Length + 2) / 3 * 4) : Payload.Length;

    internal static Frame Text(ReadOnlySpan<byte> packet) => Build(Opcode.Text, packet, default);

    /// <summary>A text message: packet type 4.</summary>
    internal static Frame Message(ReadOnlySpan<byte> utf8) => Build(Opcode.Text, "4"u8, utf8);

    /// <summary>A binary message, which carries no packet type.</summary>
    internal static Frame BinaryMessage(ReadOnlySpan<byte> bytes) => Build(Opcode.Binary, bytes, default);

    internal static Frame Pong(ReadOnlySpan<byte> payload) => Build(Opcode.Pong, payload, default);

    internal static Frame Close(ushort code, string reason = "")
    {
        Span<byte> payload = stackalloc byte[2 + Encoding.UTF8.GetByteCount(reason)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, code);
        Encoding.UTF8.GetBytes(reason, payload[2..]);
        return Build(Opcode.Close, payload, default);
    }

    /// <summary>A close frame without a code, which a client reports as 1005.</summary>
    internal static Frame CloseWithoutCode() => Build(Opcode.Close, default, default);

    private static Frame Build(Opcode opcode, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var length = first.Length + second.Length;
        var header = length < 126 ? 2 : length <= ushort.MaxValue ? 4 : 10;
        var wire = GC.AllocateUninitializedArray<byte>(header + length);
        wire[0] = (byte)(0x80 | (byte)opcode);
        switch (header)
        {
            case 2:
                wire[1] = (byte)length;
                break;
            case 4:
                wire[1] = 126;
                BinaryPrimitives.WriteUInt16BigEndian(wire.AsSpan(2), (ushort)length);
                break;
            default:
                wire[1] = 127;
                BinaryPrimitives.WriteInt64BigEndian(wire.AsSpan(2), length);
                break;
        }
        first.CopyTo(wire.AsSpan(header));
        second.CopyTo(wire.AsSpan(header + first.Length));
        return new Frame(wire, header);
    }
}

internal enum Opcode : byte
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}
