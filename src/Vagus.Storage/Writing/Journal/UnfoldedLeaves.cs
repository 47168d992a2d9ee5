using Vagus.Kernel;

namespace Vagus.Storage.Writing.Journal;

/// <summary>A leaf that its journal holds and its tenant's log does not yet.</summary>
/// <param name="Journal">Of this process, or of one that ended.</param>
/// <param name="Record">The leaf.</param>
/// <param name="Segment">Where it lies; null in a journal of another process.</param>
internal sealed record UnfoldedLeaf(string Journal, JournalRecord Record, JournalSegment? Segment)
{
    public TenantId Tenant => Record.Tenant;
}

/// <summary>
/// What the journals hold, in the order in which it was acknowledged. A group takes it, and gives it back where it does not commit. The
/// leaves of a tenant whose log takes none are held back: others do not wait for them, and each commit of that tenant tries them again.
/// </summary>
internal sealed class UnfoldedLeaves
{
    private readonly Lock use = new();
    private readonly HashSet<TenantId> heldBack = [];
    private List<UnfoldedLeaf> waiting = [];
    private int outstanding;

    /// <summary>Also those that a group has taken and not committed yet.</summary>
    public bool IsEmpty => Volatile.Read(ref outstanding) == 0;

    public IReadOnlyCollection<TenantId> Tenants
    {
        get
        {
            lock (use) return waiting.Select(leaf => leaf.Tenant).ToHashSet();
        }
    }

    /// <summary>Tenants whose logs took none when they were tried last.</summary>
    public IReadOnlyList<TenantId> HeldBack
    {
        get
        {
            lock (use) return [.. heldBack];
        }
    }

    public bool IsHeldBack(TenantId tenant)
    {
        lock (use) return heldBack.Contains(tenant);
    }

    public void Add(IReadOnlyCollection<UnfoldedLeaf> leaves)
    {
        Interlocked.Add(ref outstanding, leaves.Count);
        lock (use) waiting.AddRange(leaves);
    }

    /// <summary>For a group with writes of these tenants.</summary>
    /// <param name="writing">Their own leaves are taken even where they are held back.</param>
    /// <param name="only">Nothing of others; null: the leaves of all.</param>
    public List<UnfoldedLeaf> Take(HashSet<TenantId> writing, TenantId? only)
    {
        lock (use)
        {
            if (waiting.Count == 0) return [];
            var taken = waiting;
            waiting = [];
            if (only is null && heldBack.Count == 0) return taken;
            waiting = taken.FindAll(leaf => !IsMeant(leaf.Tenant));
            return taken.FindAll(leaf => IsMeant(leaf.Tenant));
        }

        bool IsMeant(TenantId tenant) => only is { } one ? tenant == one : writing.Contains(tenant) || !heldBack.Contains(tenant);
    }

    public void GiveBack(List<UnfoldedLeaf> taken)
    {
        lock (use) waiting = [.. taken, .. waiting];
    }

    /// <summary>They are in the logs, and the logs of these tenants take leaves.</summary>
    public void Folded(List<UnfoldedLeaf> taken, IReadOnlyCollection<TenantId> takers)
    {
        foreach (var leaf in taken) leaf.Segment?.Folded(1);
        Interlocked.Add(ref outstanding, -taken.Count);
        lock (use)
        {
            if (heldBack.Count == 0) return;
            heldBack.ExceptWith(takers);
        }
    }

    /// <summary>True where this is news.</summary>
    public bool HoldBack(TenantId tenant)
    {
        lock (use) return heldBack.Add(tenant);
    }
}
