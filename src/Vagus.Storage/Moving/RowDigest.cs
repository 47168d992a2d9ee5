using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Vagus.Storage.Moving;

/// <summary>
/// Tells whether two databases have the same rows: the sum of the rows' SHA-256, in four parts, each modulo 2^64. It does not depend on the
/// order, which is another one in each engine.
/// </summary>
internal sealed class RowDigest
{
    private const int Parts = 4;
    private readonly ulong[] sums = new ulong[Parts];
    private readonly ArrayBufferWriter<byte> buffer = new();

    public static RowDigest From(byte[] bytes)
    {
        var digest = new RowDigest();
        for (var part = 0; part < Parts; part++)
            digest.sums[part] = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(part * sizeof(ulong)));
        return digest;
    }

    public void Add(IReadOnlyList<object?> row)
    {
        buffer.ResetWrittenCount();
        foreach (var value in row) Write(value);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer.WrittenSpan, hash);
        for (var part = 0; part < Parts; part++)
            sums[part] = unchecked(sums[part] + BinaryPrimitives.ReadUInt64LittleEndian(hash[(part * sizeof(ulong))..]));
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[Parts * sizeof(ulong)];
        for (var part = 0; part < Parts; part++)
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(part * sizeof(ulong)), sums[part]);
        return bytes;
    }

    // A letter for the type, and for what has no fixed length its length: no two rows are written alike.
    private void Write(object? value)
    {
        switch (value)
        {
            case null: Tag('n', []); break;
            case string text: Tag('t', Encoding.UTF8.GetBytes(text)); break;
            case long number: Tag('i', BitConverter.GetBytes(number)); break;
            case bool flag: Tag('f', [flag ? (byte)1 : (byte)0]); break;
            case byte[] bytes: Tag('b', bytes); break;
            case double real: Tag('r', BitConverter.GetBytes(real)); break;
            default: throw new ArgumentException($"A value of type {value.GetType().Name} has no column type.", nameof(value));
        }
    }

    private void Tag(char type, ReadOnlySpan<byte> bytes)
    {
        var head = buffer.GetSpan(1 + sizeof(int));
        head[0] = (byte)type;
        BinaryPrimitives.WriteInt32LittleEndian(head[1..], bytes.Length);
        buffer.Advance(1 + sizeof(int));
        buffer.Write(bytes);
    }
}
