using Vagus.Kernel;

namespace Vagus.Storage.Writing;

/// <summary>
/// The leaves that a group has left so far, by tenant, in the order of its writes. A write that is undone takes its own back.
/// </summary>
internal sealed class WaitingLeaves
{
    private readonly Dictionary<TenantId, List<Leaf>> logs = [];
    private TenantId marked;
    private int before;

    /// <summary>Tenants in the one order in which every process locks them.</summary>
    public IEnumerable<KeyValuePair<TenantId, List<Leaf>>> InOrder => logs.OrderBy(log => log.Key.Value, StringComparer.Ordinal);

    public IReadOnlyCollection<TenantId> Tenants => logs.Keys;

    public bool IsEmpty => logs.Count == 0;

    public void Add(TenantId tenant, Leaf leaf)
    {
        if (!logs.TryGetValue(tenant, out var leaves)) logs.Add(tenant, leaves = []);
        leaves.Add(leaf);
    }

    /// <summary>A write of this tenant begins: from here <see cref="Undo"/> takes back.</summary>
    public void Mark(TenantId tenant) => (marked, before) = (tenant, logs.TryGetValue(tenant, out var leaves) ? leaves.Count : 0);

    public void Undo()
    {
        if (!logs.TryGetValue(marked, out var leaves)) return;
        leaves.RemoveRange(before, leaves.Count - before);
        if (leaves.Count == 0) logs.Remove(marked);
    }
}
