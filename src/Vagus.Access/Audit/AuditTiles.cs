using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Access.Audit;

/// <summary>
/// The tiles that a group of entries completes. A tile of level 0 is 256 leaf hashes and is written when they are all there; one of level n
/// holds the roots of the full tiles of the level below, and grows by one whenever one of these is full.
/// </summary>
internal sealed class AuditTiles(GroupEnd end, TenantId tenant)
{
    public const int Width = 256;
    private readonly Dictionary<(int Level, long Number), List<byte[]>> touched = [];
    private List<byte[]> leaves = [];

    public async ValueTask Add(long index, byte[] hash)
    {
        leaves.Add(hash);
        if (index % Width != Width - 1) return;
        var all = leaves.Count == Width ? leaves : [.. await LeavesBefore(index - leaves.Count + 1), .. leaves];
        await Complete(level: 0, index / Width, all);
        leaves = [];
    }

    public void Queue()
    {
        foreach (var ((level, number), hashes) in touched)
            end.Queue(Write, tenant.Value, (long)level, number, hashes.SelectMany(hash => hash).ToArray());
    }

    private async ValueTask Complete(int level, long number, List<byte[]> hashes)
    {
        touched[(level, number)] = hashes;
        var parent = (level + 1, number / Width);
        if (!touched.TryGetValue(parent, out var siblings)) touched[parent] = siblings = await Stored(level + 1, number / Width);
        siblings.Add(CompactRange.RootOf([.. hashes.SelectMany(hash => hash)]));
        if (siblings.Count == Width) await Complete(level + 1, number / Width, siblings);
    }

    // Most groups complete no tile: only the last of 256 entries needs the hashes of those before, which are made from the rows.
    private ValueTask<List<byte[]>> LeavesBefore(long index) => end.Query(
        EntriesFrom,
        [tenant.Value, index - (index % Width), index],
        row => AuditHash.OfEntry(tenant.Value, row.GetInt64(0), row.GetInt64(1), (byte[])row.GetValue(2)));

    private async ValueTask<List<byte[]>> Stored(int level, long number)
    {
        var found = await end.Query(Find, [tenant.Value, (long)level, number], row => (byte[])row.GetValue(0));
        return found is [var hashes] ? [.. hashes.Chunk(AuditHash.Bytes)] : [];
    }

    private static readonly Statement EntriesFrom = new("""
        select idx, recorded_at, body
        from audit_entry
        where tenant_id = @tenant_id
          and idx >= @first
          and idx < @index
        order by idx
        """);

    private static readonly Statement Find = new("""
        select hashes
        from audit_tile
        where tenant_id = @tenant_id
          and level = @level
          and number = @number
        """);

    private static readonly Statement Write = new("""
        insert into audit_tile (tenant_id, level, number, hashes)
        values (@tenant_id, @level, @number, @hashes)
        on conflict (tenant_id, level, number) do update set hashes = excluded.hashes
        """);
}
