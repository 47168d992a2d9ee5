using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Vagus.Kernel;

namespace Vagus.Access.Audit.Proofs;

/// <summary>That an entry is in the log which a signed checkpoint stands for: checked with the public key and nothing else.</summary>
/// <param name="Tenant">Whose log it is.</param>
/// <param name="Index">The entry's place.</param>
/// <param name="RecordedAt">Unix microseconds.</param>
/// <param name="Body">The entry as it is stored.</param>
/// <param name="Path">The inclusion proof of RFC 6962 §2.1.1, from the leaf's sibling up.</param>
/// <param name="Checkpoint">The signed note; its signature lines name the key.</param>
public sealed record AuditProof(
    TenantId Tenant, long Index, long RecordedAt, byte[] Body, IReadOnlyList<byte[]> Path, string Checkpoint)
{
    /// <summary>
    /// The proof as a file (C2SP tlog-proof, extension <c>.tlog-proof</c>). The line <c>extra</c> has the bytes whose hash, behind a byte
    /// 0, is the leaf.
    /// </summary>
    public string ToText()
    {
        var text = new StringBuilder("c2sp.org/tlog-proof@v1\n");
        text.Append("extra ").Append(Convert.ToBase64String(Leaf())).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"index {Index}\n");
        foreach (var hash in Path) text.Append(Convert.ToBase64String(hash)).Append('\n');
        return text.Append('\n').Append(Checkpoint).ToString();
    }

    private byte[] Leaf()
    {
        var tenant = Encoding.UTF8.GetBytes(Tenant.Value);
        var leaf = new byte[1 + sizeof(ushort) + tenant.Length + sizeof(ulong) + sizeof(long) + sizeof(uint) + Body.Length];
        leaf[0] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(leaf.AsSpan(1), (ushort)tenant.Length);
        tenant.CopyTo(leaf, 3);
        var rest = leaf.AsSpan(3 + tenant.Length);
        BinaryPrimitives.WriteUInt64BigEndian(rest, (ulong)Index);
        BinaryPrimitives.WriteInt64BigEndian(rest[8..], RecordedAt);
        BinaryPrimitives.WriteUInt32BigEndian(rest[16..], (uint)Body.Length);
        Body.CopyTo(rest[20..]);
        return leaf;
    }
}

/// <summary>That the log of one checkpoint is the beginning of that of a later one (RFC 6962 §2.1.2).</summary>
/// <param name="First">The signed note of the smaller log.</param>
/// <param name="Path">The consistency proof.</param>
/// <param name="Second">The signed note of the larger log.</param>
public sealed record AuditConsistency(string First, IReadOnlyList<byte[]> Path, string Second);
