namespace Vagus.AuditVerifier;

/// <summary>
/// Reads one log from its beginning in bundles of 256 entries, with the memory of one bundle. Where a full tile and a row disagree the tree
/// goes on with the tile: if the anchors still hold, the tile is right and exactly that row is not.
/// </summary>
internal sealed class LogCheck
{
    private const int Width = 256;
    private static readonly TimeSpan Floor = TimeSpan.FromDays(6 * 365);
    private static readonly TimeSpan AnchorsMayLag = TimeSpan.FromHours(1);
    private readonly LogDatabase database;
    private readonly string tenant;
    private readonly byte[] name;
    private readonly Head head;
    private readonly NotesInOrder notes;
    private readonly Findings findings;
    private readonly Tree tree = new();
    private readonly UpperTiles upper;
    private readonly Action<Entry> onEntry;

    /// <summary>Of the bundle that is read; 0 where the row is not there.</summary>
    private readonly long[] instants = new long[Width];
    private long lastInstant;
    private long firstUncovered;

    public LogCheck(LogDatabase database, string tenant, NotesInOrder notes, Head head, Findings findings, Action<Entry> onEntry)
    {
        (this.database, this.tenant, this.notes) = (database, tenant, notes);
        (this.head, this.findings, this.onEntry) = (head, findings, onEntry);
        name = Tree.Name(tenant);
        upper = new UpperTiles(database, tenant, findings);
    }

    public void Run(DateTimeOffset now)
    {
        if (head.Oldest % Width != 0 || head.Oldest > head.Size)
            findings.Tampered(0, head.Oldest - 1, "the head names entries as removed that cannot be");
        using var rows = database.Entries(tenant, head.Oldest).GetEnumerator();
        var more = rows.MoveNext();
        for (var first = 0L; first < head.Size; first += Width)
        {
            var count = (int)Math.Min(Width, head.Size - first);
            Array.Clear(instants);
            var tile = count == Width ? TileOf(first) : null;
            var leaves = first + count <= head.Oldest ? tile : Leaves(first, count, tile, rows, ref more);
            if (leaves is null) break;
            for (var at = 0; at < count; at++) Add(leaves[at], instants[at]);
            if (count == Width) upper.Completed(level: 0, first / Width, leaves);
        }

        if (more && rows.Current.Index >= head.Size)
            findings.Tampered(rows.Current.Index, rows.Current.Index, "the entry is beyond the head of the log");
        Close(now);
    }

    private byte[][]? TileOf(long first)
    {
        var stored = database.Tile(tenant, 0, first / Width);
        if (stored is { Length: Width * 32 }) return [.. stored.Chunk(32)];
        findings.Tampered(first, first + Width - 1, "the tile of these entries is missing");
        return null;
    }

    /// <summary>The leaf hashes of a bundle; null where one is known neither from its row nor from its tile.</summary>
    private byte[][]? Leaves(long first, int count, byte[][]? tile, IEnumerator<Entry> rows, ref bool more)
    {
        var leaves = new byte[]?[count];
        for (var at = 0; at < count; at++)
        {
            var index = first + at;
            leaves[at] = tile?[at];
            if (!more || rows.Current.Index != index)
            {
                findings.Tampered(index, index, "the entry is missing");
                if (tile is null) return null;
                continue;
            }

            var hash = Check(rows.Current, tile?[at]);
            leaves[at] ??= hash;
            more = rows.MoveNext();
        }

        return leaves!;
    }

    private byte[] Check(Entry entry, byte[]? expected)
    {
        var hash = Tree.Leaf(Tree.LeafBytes(name, entry.Index, entry.RecordedAt, entry.Body));
        if (expected is not null && !hash.AsSpan().SequenceEqual(expected))
            findings.Tampered(entry.Index, entry.Index, "the entry does not have the hash that its tile has");
        if (entry.RecordedAt < lastInstant) findings.Tampered(entry.Index, entry.Index, "the entry is older than the one before it");
        lastInstant = Math.Max(lastInstant, entry.RecordedAt);
        instants[entry.Index % Width] = entry.RecordedAt;
        onEntry(entry);
        return hash;
    }

    private void Add(byte[] leaf, long recordedAt)
    {
        if (tree.Size == findings.LastGoodAnchor) firstUncovered = recordedAt;
        tree.Add(leaf);
        if (notes.NextSize == tree.Size) notes.Compare(tree.Size, tree.Root(), findings);
    }

    private void Close(DateTimeOffset now)
    {
        var isWhole = tree.Size == head.Size;
        findings.Entries = tree.Size;
        findings.Root = Convert.ToBase64String(tree.Root());
        if (isWhole)
        {
            upper.Close();
            CompareFrontier();
            notes.Beyond(head.Size, findings);
        }

        if (notes.LastAnchorBefore(head.Oldest) is { } anchor && now - anchor.SignedAt < Floor)
            findings.Tampered(anchor.Size, head.Oldest - 1, "entries were removed before they were six years old");
        if (findings.GoodAnchors == 0 && head.Size > 0) findings.AnchorsMissing ??= "no anchor holds";
        if (findings.LastGoodAnchor < head.Size && firstUncovered > 0 && Microseconds(lastInstant - firstUncovered) > AnchorsMayLag)
            findings.AnchorsMissing ??= "the last anchor is more than an hour older than the last entry";
        if (database.AnchoredSize(tenant) > findings.LastGoodAnchor)
            findings.AnchorsMissing ??= "the database tells of a later anchor than there is";
    }

    private void CompareFrontier()
    {
        var first = 0L;
        for (var at = 0; at < tree.Roots.Count; at++)
        {
            var leaves = 1L << (63 - (int)long.LeadingZeroCount(head.Size - first));
            if (head.Frontier.Length < (at + 1) * 32 || !head.Frontier.AsSpan(at * 32, 32).SequenceEqual(tree.Roots[at]))
            {
                findings.Tampered(first, first + leaves - 1, "the head of the log has another hash for these entries");
                return;
            }

            first += leaves;
        }

        if (head.Frontier.Length != tree.Roots.Count * 32) findings.Tampered(head.Size, head.Size, "the head of the log does not fit its size");
    }

    private static TimeSpan Microseconds(long count) => TimeSpan.FromTicks(count * TimeSpan.TicksPerMicrosecond);
}

/// <summary>The tiles above the first level: the roots of the full tiles below, compared when they are full and at the end.</summary>
internal sealed class UpperTiles(LogDatabase database, string tenant, Findings findings)
{
    private const int Width = 256;
    private readonly List<(long Number, List<byte[]> Roots)> levels = [];

    public void Completed(int level, long number, IReadOnlyList<byte[]> hashes)
    {
        if (levels.Count == level) levels.Add((number / Width, []));
        var (parent, roots) = levels[level];
        roots.Add(Tree.RootOf(hashes));
        if (roots.Count < Width) return;
        Compare(level, parent, roots);
        levels[level] = (parent + 1, []);
        Completed(level + 1, parent, roots);
    }

    public void Close()
    {
        for (var level = 0; level < levels.Count; level++)
        {
            if (levels[level].Roots.Count > 0) Compare(level, levels[level].Number, levels[level].Roots);
        }
    }

    private void Compare(int level, long number, List<byte[]> roots)
    {
        var stored = database.Tile(tenant, level + 1, number) ?? [];
        if (stored.AsSpan().SequenceEqual((byte[])[.. roots.SelectMany(root => root)])) return;
        var at = 0;
        while (at < roots.Count && stored.Length >= (at + 1) * 32 && stored.AsSpan(at * 32, 32).SequenceEqual(roots[at])) at++;
        var leaves = 1L << (8 * (level + 1));
        var first = ((number * Width) + at) * leaves;
        findings.Tampered(first, first + leaves - 1, "an upper tile has another hash for these entries");
    }
}
