using System.Buffers.Binary;
using System.Text;

namespace Vagus.Access.Vault.Keys;

/// <summary>A label and fields as bytes that can be read in one way only: each field after its length (two bytes, big-endian).</summary>
internal static class BoundFields
{
    public static byte[] Of(ReadOnlySpan<byte> label, params ReadOnlySpan<string> fields)
    {
        using var bound = new MemoryStream();
        bound.Write(label);
        foreach (var field in fields) Add(bound, Encoding.UTF8.GetBytes(field));
        return bound.ToArray();
    }

    /// <summary>The number as a last field of eight bytes, big-endian.</summary>
    public static byte[] WithNumber(ReadOnlySpan<byte> label, long number, params ReadOnlySpan<string> fields)
    {
        using var bound = new MemoryStream();
        bound.Write(Of(label, fields));
        Span<byte> last = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(last, number);
        Add(bound, last);
        return bound.ToArray();
    }

    private static void Add(MemoryStream bound, ReadOnlySpan<byte> field)
    {
        Span<byte> length = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16BigEndian(length, checked((ushort)field.Length));
        bound.Write(length);
        bound.Write(field);
    }
}
