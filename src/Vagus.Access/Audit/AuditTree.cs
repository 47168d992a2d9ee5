using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Access.Audit;

/// <summary>
/// Hashes and proofs of a tenant's tree as it was at any size, from its tiles and, for the last entries, their rows. One per question: it
/// keeps what it has read.
/// </summary>
internal sealed class AuditTree(IRunQueries queries, TenantId tenant, CancellationToken cancel)
{
    private readonly Dictionary<(long Level, long Number), byte[]> tiles = [];

    /// <summary>RFC 6962 §2.1.1: the hashes beside the way from the entry to the root, from below.</summary>
    public async ValueTask<List<byte[]>> Inclusion(long index, long size) =>
        index < size ? await Path(index, 0, size) : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>RFC 6962 §2.1.2: that the tree of the smaller size is the beginning of the larger one.</summary>
    public async ValueTask<List<byte[]>> Consistency(long smaller, long size) =>
        smaller is 0 || smaller == size ? [] : await SubProof(smaller, 0, size, isWhole: true);

    public ValueTask<byte[]> Root(long size) => size == 0 ? new(AuditHash.OfNothing()) : Subtree(0, size);

    private async ValueTask<List<byte[]>> Path(long index, long from, long to)
    {
        if (to - from == 1) return [];
        var split = from + SplitOf(to - from);
        return index < split
            ? [.. await Path(index, from, split), await Subtree(split, to)]
            : [.. await Path(index, split, to), await Subtree(from, split)];
    }

    private async ValueTask<List<byte[]>> SubProof(long smaller, long from, long to, bool isWhole)
    {
        if (smaller == to) return isWhole ? [] : [await Subtree(from, to)];
        var split = from + SplitOf(to - from);
        return smaller <= split
            ? [.. await SubProof(smaller, from, split, isWhole), await Subtree(split, to)]
            : [.. await SubProof(smaller, split, to, isWhole: false), await Subtree(from, split)];
    }

    /// <summary>The largest power of two below the width.</summary>
    private static long SplitOf(long width) => 1L << (63 - (int)long.LeadingZeroCount(width - 1));

    /// <summary>The root over the entries of a range that begins at a multiple of the largest power of two in its width.</summary>
    private async ValueTask<byte[]> Subtree(long from, long to)
    {
        var width = to - from;
        if (!long.IsPow2(width))
        {
            var (left, right) = (await Subtree(from, from + SplitOf(width)), await Subtree(from + SplitOf(width), to));
            return AuditHash.OfNode(left, right);
        }

        var level = (int)long.TrailingZeroCount(width) / 8;
        var count = (int)(width >> (8 * level));
        var first = from >> (8 * level);
        var tile = await Tile(level, first / AuditTiles.Width);
        return CompactRange.RootOf(tile.AsSpan((int)(first % AuditTiles.Width) * AuditHash.Bytes, count * AuditHash.Bytes));
    }

    private async ValueTask<byte[]> Tile(long level, long number)
    {
        if (tiles.TryGetValue((level, number), out var known)) return known;
        var stored = await queries.QueryOne(Find, [tenant.Value, level, number], row => (byte[])row.GetValue(0), cancel);
        return tiles[(level, number)] = stored ?? await LastLeaves(number);
    }

    private async ValueTask<byte[]> LastLeaves(long number)
    {
        var first = number * AuditTiles.Width;
        var hashes = await queries.Query(
            Leaves,
            [tenant.Value, first, first + AuditTiles.Width],
            row => AuditHash.OfEntry(tenant.Value, row.GetInt64(0), row.GetInt64(1), (byte[])row.GetValue(2)),
            cancel);
        return [.. hashes.SelectMany(hash => hash)];
    }

    private static readonly Statement Find = new("""
        select hashes
        from audit_tile
        where tenant_id = @tenant_id
          and level = @level
          and number = @number
        """);

    private static readonly Statement Leaves = new("""
        select idx, recorded_at, body
        from audit_entry
        where tenant_id = @tenant_id
          and idx >= @first
          and idx < @end
        order by idx
        """);
}
