using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Vagus.AuditVerifier;

/// <summary>The hashes of RFC 6962 §2.1, and a tree that grows by one leaf at a time in memory of O(log n).</summary>
internal sealed class Tree
{
    private readonly List<byte[]> roots = [];

    public long Size { get; private set; }

    /// <summary>The roots of the full subtrees, the largest first.</summary>
    public IReadOnlyList<byte[]> Roots => roots;

    /// <summary>The bytes that are hashed behind a byte 0; all numbers are big-endian.</summary>
    public static byte[] LeafBytes(byte[] tenant, long index, long recordedAt, byte[] body)
    {
        var leaf = new byte[23 + tenant.Length + body.Length];
        leaf[0] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(leaf.AsSpan(1), (ushort)tenant.Length);
        tenant.CopyTo(leaf, 3);
        var at = 3 + tenant.Length;
        BinaryPrimitives.WriteInt64BigEndian(leaf.AsSpan(at), index);
        BinaryPrimitives.WriteInt64BigEndian(leaf.AsSpan(at + 8), recordedAt);
        BinaryPrimitives.WriteInt32BigEndian(leaf.AsSpan(at + 16), body.Length);
        body.CopyTo(leaf, at + 20);
        return leaf;
    }

    public static byte[] Leaf(byte[] bytes) => SHA256.HashData([0, .. bytes]);

    public static byte[] Node(byte[] left, byte[] right)
    {
        Span<byte> node = stackalloc byte[65];
        node[0] = 1;
        left.CopyTo(node[1..]);
        right.CopyTo(node[33..]);
        return SHA256.HashData(node);
    }

    public static byte[] RootOf(IEnumerable<byte[]> leaves)
    {
        var tree = new Tree();
        foreach (var leaf in leaves) tree.Add(leaf);
        return tree.Root();
    }

    public void Add(byte[] leaf)
    {
        roots.Add(leaf);
        Size++;
        for (var full = BitOperations.TrailingZeroCount(Size); full > 0; full--)
        {
            roots[^2] = Node(roots[^2], roots[^1]);
            roots.RemoveAt(roots.Count - 1);
        }
    }

    public byte[] Root()
    {
        if (roots.Count == 0) return SHA256.HashData([]);
        var root = roots[^1];
        for (var at = roots.Count - 2; at >= 0; at--) root = Node(roots[at], root);
        return root;
    }

    /// <summary>The root that a leaf and its proof lead to (RFC 9162 §2.1.3.2); null where the proof has another length.</summary>
    public static byte[]? RootOfProof(byte[] leaf, long index, long size, IReadOnlyList<byte[]> path)
    {
        if (index < 0 || index >= size) return null;
        var (node, last, hash) = (index, size - 1, leaf);
        foreach (var sibling in path)
        {
            if (last == 0) return null;
            if ((node & 1) == 1 || node == last)
            {
                hash = Node(sibling, hash);
                for (; (node & 1) == 0 && node != 0; node >>= 1) last >>= 1;
            }
            else
            {
                hash = Node(hash, sibling);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 ? hash : null;
    }

    public static byte[] Name(string tenant) => Encoding.UTF8.GetBytes(tenant);
}
