using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Vagus.SocketIO.Delivery;

namespace Vagus.SocketIO.WebSockets;

internal enum HeaderResult
{
    Incomplete,
    Read,
    Invalid,
}

/// <summary>The header of one frame from a client, RFC 6455 §5.2.</summary>
internal readonly record struct FrameHeader(bool Final, Opcode Opcode, long Length, uint Mask, int Size)
{
    internal bool IsControl => Opcode >= Opcode.Close;

    internal static HeaderResult TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        if (bytes.Length < 2) return HeaderResult.Incomplete;

        var opcode = (Opcode)(bytes[0] & 0x0F);
        var final = (bytes[0] & 0x80) != 0;
        long length = bytes[1] & 0x7F;
        // No extension is negotiated, so the reserved bits are zero; and what a client sends is masked.
        if ((bytes[0] & 0x70) != 0 || (bytes[1] & 0x80) == 0 || !IsKnown(opcode)) return HeaderResult.Invalid;
        if (opcode >= Opcode.Close && (!final || length > 125)) return HeaderResult.Invalid;

        var size = 2 + (length == 126 ? 2 : length == 127 ? 8 : 0) + 4;
        if (bytes.Length < size) return HeaderResult.Incomplete;

        if (length == 126) length = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        else if (length == 127) length = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
        if (length < 0) return HeaderResult.Invalid;

        header = new FrameHeader(final, opcode, length, MemoryMarshal.Read<uint>(bytes[(size - 4)..]), size);
        return HeaderResult.Read;
    }

    /// <summary>Takes the mask off, in place. <paramref name="mask"/> is in the byte order it was read in.</summary>
    internal static void Unmask(Span<byte> payload, uint mask)
    {
        var vector = new Vector<uint>(mask);
        var whole = MemoryMarshal.Cast<byte, Vector<uint>>(payload);
        for (var i = 0; i < whole.Length; i++) whole[i] ^= vector;

        var rest = payload[(whole.Length * Vector<byte>.Count)..];
        Span<byte> key = stackalloc byte[4];
        MemoryMarshal.Write(key, mask);
        for (var i = 0; i < rest.Length; i++) rest[i] ^= key[i & 3];
    }

    private static bool IsKnown(Opcode opcode) => opcode is <= Opcode.Binary or (>= Opcode.Close and <= Opcode.Pong);
}
