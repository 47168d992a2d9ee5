using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Access.Tests.Audit;

/// <summary>
/// An audit log as its tables have it, and the tree over it by the definition of RFC 6962 §2.1, which shares no code with the server.
/// </summary>
internal sealed record StoredLog(long Size, byte[] Frontier, IReadOnlyList<StoredLog.Entry> Entries, IReadOnlyList<StoredLog.Tile> Tiles)
{
    public static async Task<StoredLog> Read(IRunQueries queries, TenantId tenant)
    {
        var (size, frontier) = await queries.QueryOne(Head, [tenant.Value], row => (row.GetInt64(0), (byte[])row.GetValue(1)), default);
        return new StoredLog(
            size,
            frontier ?? [],
            await queries.Query(
                All, [tenant.Value], row => new Entry(tenant.Value, row.GetInt64(0), row.GetInt64(1), (byte[])row.GetValue(2)), default),
            await queries.Query(
                AllTiles, [tenant.Value], row => new Tile(row.GetInt64(0), row.GetInt64(1), (byte[])row.GetValue(2)), default));
    }

    public byte[] Root => RootOf([.. Entries.Select(entry => entry.Hash)]);

    /// <summary>The root that the frontier in the head stands for.</summary>
    public byte[] HeadRoot =>
        Frontier.Length == 0 ? RootOf([]) : Frontier.Chunk(32).Reverse().Aggregate((right, left) => Node(left, right));

    /// <summary>MTH of RFC 6962: the largest power of two that is smaller than the number of leaves splits the tree.</summary>
    public static byte[] RootOf(ReadOnlySpan<byte[]> hashes)
    {
        if (hashes.Length == 0) return SHA256.HashData([]);
        if (hashes.Length == 1) return hashes[0];
        var split = 1;
        while (split * 2 < hashes.Length) split *= 2;
        return Node(RootOf(hashes[..split]), RootOf(hashes[split..]));
    }

    private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);

    internal sealed record Tile(long Level, long Number, byte[] Hashes);

    internal sealed record Entry(string Tenant, long Index, long RecordedAt, byte[] Body)
    {
        public string Text => Encoding.UTF8.GetString(Body);

        public byte[] Hash
        {
            get
            {
                var name = Encoding.UTF8.GetBytes(Tenant);
                using var leaf = new MemoryStream();
                leaf.Write([0, 1]);
                Write(leaf, 2, name.Length);
                leaf.Write(name);
                Write(leaf, 8, Index);
                Write(leaf, 8, RecordedAt);
                Write(leaf, 4, Body.Length);
                leaf.Write(Body);
                return SHA256.HashData(leaf.ToArray());
            }
        }

        private static void Write(MemoryStream leaf, int bytes, long number)
        {
            Span<byte> all = stackalloc byte[8];
            BinaryPrimitives.WriteInt64BigEndian(all, number);
            leaf.Write(all[(8 - bytes)..]);
        }
    }

    private static readonly Statement Head = new("""
        select size, frontier
        from audit_head
        where tenant_id = @tenant_id
        """);

    private static readonly Statement All = new("""
        select idx, recorded_at, body
        from audit_entry
        where tenant_id = @tenant_id
        order by idx
        """);

    private static readonly Statement AllTiles = new("""
        select level, number, hashes
        from audit_tile
        where tenant_id = @tenant_id
        order by level, number
        """);
}
