using System.Buffers.Binary;
using System.Text;
using Vagus.Kernel;

namespace Vagus.Access.Vault;

/// <summary>
/// Where sealed content belongs. It opens in this place only: moved to another tenant, record, field or thread, or to another place in its
/// thread, it is refused. Holds what never changes; a version or a status would have to be sealed anew with each change.
/// </summary>
/// <param name="Tenant">Whose content it is.</param>
/// <param name="ResourceType">Such as <c>Communication</c> or <c>file</c>.</param>
/// <param name="LogicalId">The id of the record.</param>
/// <param name="FieldPath">The field within the record, such as <c>payload.content</c>.</param>
public sealed record SealContext(TenantId Tenant, string ResourceType, string LogicalId, string FieldPath)
{
    /// <summary>The thread of a message; empty where there is none.</summary>
    public string Thread { get; init; } = "";

    /// <summary>The place of a message within its thread; null where there is none.</summary>
    public long? Sequence { get; init; }

    /// <summary>
    /// <c>ce1</c>, zero, the envelope's first 24 bytes, then each field as its length (two bytes, big-endian) and its UTF-8 bytes. A
    /// sequence has eight bytes, big-endian; a field that is absent has length zero.
    /// </summary>
    internal byte[] Bind(ReadOnlySpan<byte> header)
    {
        string[] fields = [Tenant.Value, ResourceType, LogicalId, FieldPath, Thread];
        var length = Label.Length + header.Length + fields.Sum(field => sizeof(ushort) + Encoding.UTF8.GetByteCount(field));
        length += sizeof(ushort) + (Sequence is null ? 0 : sizeof(long));
        var bound = new byte[length];
        Label.CopyTo(bound);
        header.CopyTo(bound.AsSpan(Label.Length));
        var rest = bound.AsSpan(Label.Length + header.Length);
        foreach (var field in fields)
        {
            var bytes = Encoding.UTF8.GetBytes(field, rest[sizeof(ushort)..]);
            BinaryPrimitives.WriteUInt16BigEndian(rest, checked((ushort)bytes));
            rest = rest[(sizeof(ushort) + bytes)..];
        }

        if (Sequence is not { } sequence) return bound;
        BinaryPrimitives.WriteUInt16BigEndian(rest, sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(rest[sizeof(ushort)..], sequence);
        return bound;
    }

    private static ReadOnlySpan<byte> Label => "ce1\0"u8;
}
