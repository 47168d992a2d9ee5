using System.Numerics;

namespace Vagus.Access.Audit;

/// <summary>
/// The roots of the full subtrees that make up a tree of <see cref="Size"/> leaves, largest first: one for each bit that is set in the
/// size. It is all that is needed to go on and to tell the root.
/// </summary>
internal sealed class CompactRange
{
    private readonly List<byte[]> roots = [];

    public CompactRange()
    {
    }

    /// <summary>Throws where the bytes cannot be the roots of that many leaves: the row was changed by another hand.</summary>
    public CompactRange(long size, ReadOnlySpan<byte> frontier)
    {
        if (size < 0 || frontier.Length != BitOperations.PopCount((ulong)size) * AuditHash.Bytes)
            throw new InvalidOperationException("The head of an audit log does not fit its size.");
        Size = size;
        for (var at = 0; at < frontier.Length; at += AuditHash.Bytes) roots.Add(frontier.Slice(at, AuditHash.Bytes).ToArray());
    }

    public long Size { get; private set; }

    public void Append(byte[] hash)
    {
        roots.Add(hash);
        Size++;
        for (var left = Size; (left & 1) == 0; left >>= 1)
        {
            roots[^2] = AuditHash.OfNode(roots[^2], roots[^1]);
            roots.RemoveAt(roots.Count - 1);
        }
    }

    public byte[] Root()
    {
        if (roots.Count == 0) return AuditHash.OfNothing();
        var root = roots[^1];
        for (var at = roots.Count - 2; at >= 0; at--) root = AuditHash.OfNode(roots[at], root);
        return root;
    }

    public byte[] ToBytes() => [.. roots.SelectMany(root => root)];

    /// <summary>The root over these hashes, side by side.</summary>
    public static byte[] RootOf(ReadOnlySpan<byte> hashes)
    {
        var range = new CompactRange();
        for (var at = 0; at < hashes.Length; at += AuditHash.Bytes) range.Append(hashes.Slice(at, AuditHash.Bytes).ToArray());
        return range.Root();
    }
}
