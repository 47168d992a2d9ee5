using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Vagus.Access.Audit;

/// <summary>The two hashes of RFC 6962 §2.1, over the stored bytes of an entry. All numbers are big-endian.</summary>
internal static class AuditHash
{
    public const int Bytes = SHA256.HashSizeInBytes;
    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;
    private const byte Version = 1;
    private const int StackBytes = 2048;

    /// <summary>SHA-256 of 0x00, version, tenant, index, instant and body; see the README for the layout.</summary>
    public static byte[] OfEntry(string tenant, long index, long recordedMicroseconds, ReadOnlySpan<byte> body)
    {
        var name = Encoding.UTF8.GetByteCount(tenant);
        var length = 2 + sizeof(ushort) + name + sizeof(ulong) + sizeof(long) + sizeof(uint) + body.Length;
        var leaf = length <= StackBytes ? stackalloc byte[length] : new byte[length];
        (leaf[0], leaf[1]) = (LeafPrefix, Version);
        BinaryPrimitives.WriteUInt16BigEndian(leaf[2..], checked((ushort)name));
        Encoding.UTF8.GetBytes(tenant, leaf[4..]);
        var rest = leaf[(4 + name)..];
        BinaryPrimitives.WriteUInt64BigEndian(rest, (ulong)index);
        BinaryPrimitives.WriteInt64BigEndian(rest[8..], recordedMicroseconds);
        BinaryPrimitives.WriteUInt32BigEndian(rest[16..], (uint)body.Length);
        body.CopyTo(rest[20..]);
        return SHA256.HashData(leaf);
    }

    public static byte[] OfNode(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> node = stackalloc byte[1 + (2 * Bytes)];
        node[0] = NodePrefix;
        left.CopyTo(node[1..]);
        right.CopyTo(node[(1 + Bytes)..]);
        return SHA256.HashData(node);
    }

    /// <summary>The root of a tree without entries.</summary>
    public static byte[] OfNothing() => SHA256.HashData([]);
}
