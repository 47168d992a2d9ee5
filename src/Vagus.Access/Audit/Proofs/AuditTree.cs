using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Access.Audit.Proofs;

/// <summary>
/// The roots and paths of RFC 6962 §2.1 over a stored log. A subtree of 2^level leaves that is complete is read from one tile, or from the
/// rows of the last bundle, so that each answer takes O(log n) reads.
/// </summary>
internal sealed class AuditTree(IRunQueries queries)
{
    private const int TileLevels = 8;

    public async ValueTask<byte[]> Root(TenantId tenant, long size, CancellationToken cancel) =>
        size == 0 ? AuditHash.OfNothing() : await new Reading(queries, tenant, size, cancel).Range(0, size);

    /// <summary>PATH(index, D[size]), from the leaf's sibling up to the root's child.</summary>
    public async ValueTask<IReadOnlyList<byte[]>> Inclusion(TenantId tenant, long index, long size, CancellationToken cancel)
    {
        var reading = new Reading(queries, tenant, size, cancel);
        var path = new List<byte[]>();
        var (low, high) = (0L, size);
        while (high - low > 1)
        {
            var middle = low + Split(high - low);
            if (index < middle)
            {
                path.Add(await reading.Range(middle, high));
                high = middle;
            }
            else
            {
                path.Add(await reading.Range(low, middle));
                low = middle;
            }
        }

        path.Reverse();
        return path;
    }

    /// <summary>PROOF(first, D[second]): that the tree of the first size is the beginning of that of the second.</summary>
    public async ValueTask<IReadOnlyList<byte[]>> Consistency(TenantId tenant, long first, long second, CancellationToken cancel)
    {
        if (first == 0 || first == second) return [];
        var reading = new Reading(queries, tenant, second, cancel);
        var path = new List<byte[]>();
        var (low, high, isWhole) = (0L, second, true);
        while (first < high)
        {
            var middle = low + Split(high - low);
            if (first <= middle)
            {
                path.Add(await reading.Range(middle, high));
                high = middle;
            }
            else
            {
                path.Add(await reading.Range(low, middle));
                (low, isWhole) = (middle, false);
            }
        }

        // The verifier knows the root of the first tree: it is in the proof only where a part of it is asked for.
        if (!isWhole) path.Add(await reading.Range(low, high));
        path.Reverse();
        return path;
    }

    /// <summary>The largest power of two that is smaller than the number of leaves.</summary>
    private static long Split(long leaves) => 1L << (63 - (int)long.LeadingZeroCount(leaves - 1));

    private sealed class Reading(IRunQueries queries, TenantId tenant, long size, CancellationToken cancel)
    {
        private readonly Dictionary<(int Level, long Number), byte[]> tiles = [];

        /// <summary>The root over the leaves from <paramref name="low"/> on, which begins a subtree of the tree.</summary>
        public async ValueTask<byte[]> Range(long low, long high)
        {
            var roots = new List<byte[]>();
            while (low < high)
            {
                var level = 63 - (int)long.LeadingZeroCount(high - low);
                roots.Add(await Subtree(level, low));
                low += 1L << level;
            }

            var root = roots[^1];
            for (var at = roots.Count - 2; at >= 0; at--) root = AuditHash.OfNode(roots[at], root);
            return root;
        }

        private async ValueTask<byte[]> Subtree(int level, long low)
        {
            var (tileLevel, levelInTile) = (level / TileLevels, level % TileLevels);
            var first = low >> (tileLevel * TileLevels);
            var tile = await Tile(tileLevel, first / AuditTiles.Width);
            var (from, count) = ((int)(first % AuditTiles.Width) * AuditHash.Bytes, (1 << levelInTile) * AuditHash.Bytes);
            return from + count <= tile.Length
                ? CompactRange.RootOf(tile.AsSpan(from, count))
                : throw new InvalidOperationException("A tile of the audit is shorter than its log.");
        }

        private async ValueTask<byte[]> Tile(int level, long number)
        {
            if (tiles.TryGetValue((level, number), out var known)) return known;
            return tiles[(level, number)] = level == 0 && (number + 1) * AuditTiles.Width > size
                ? await LastLeaves(number * AuditTiles.Width)
                : await Stored(level, number);
        }

        private async ValueTask<byte[]> Stored(int level, long number) =>
            await queries.QueryOne(FindTile, [tenant.Value, (long)level, number], row => (byte[])row.GetValue(0), cancel) ?? [];

        // The log may have grown beyond the size that is asked for; its tile may be there by now, the rows are in any case.
        private async ValueTask<byte[]> LastLeaves(long first)
        {
            var hashes = await queries.Query(
                EntriesFrom,
                [tenant.Value, first, size],
                row => AuditHash.OfEntry(tenant.Value, row.GetInt64(0), row.GetInt64(1), (byte[])row.GetValue(2)),
                cancel);
            return hashes.Count == size - first
                ? [.. hashes.SelectMany(hash => hash)]
                : await Stored(level: 0, first / AuditTiles.Width);
        }
    }

    private static readonly Statement FindTile = new("""
        select hashes
        from audit_tile
        where tenant_id = @tenant_id
          and level = @level
          and number = @number
        """);

    private static readonly Statement EntriesFrom = new("""
        select idx, recorded_at, body
        from audit_entry
        where tenant_id = @tenant_id
          and idx >= @first
          and idx < @size
        order by idx
        """);
}
