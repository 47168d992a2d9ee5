namespace Vagus.Access.Vault.Keys;

/// <summary>
/// Keys in memory, so many and for so long at most. A sweep gives expired ones back even when they are not asked for any more.
/// </summary>
internal sealed class KeyCache<TName> : IDisposable
    where TName : notnull
{
    private readonly Lock turn = new();
    private readonly Dictionary<TName, LinkedListNode<Entry>> byName = [];
    private readonly LinkedList<Entry> byUse = new();
    private readonly int capacity;
    private readonly TimeSpan lifetime;
    private readonly TimeProvider clock;
    private readonly ITimer sweep;

    public KeyCache(int capacity, TimeSpan lifetime, TimeProvider clock)
    {
        (this.capacity, this.lifetime, this.clock) = (capacity, lifetime, clock);
        sweep = clock.CreateTimer(_ => DropExpired(), state: null, SweepInterval, SweepInterval);
    }

    public int Count
    {
        get
        {
            lock (turn) return byName.Count;
        }
    }

    /// <summary>The caller gives it back.</summary>
    public SharedKey? Find(TName name)
    {
        lock (turn)
        {
            if (!byName.TryGetValue(name, out var node)) return null;
            if (node.Value.Until <= clock.GetTimestamp())
            {
                Remove(node);
                return null;
            }

            byUse.Remove(node);
            byUse.AddFirst(node);
            return node.Value.Key.TryUse() ? node.Value.Key : null;
        }
    }

    /// <summary>The cache uses the key besides the caller.</summary>
    public void Keep(TName name, SharedKey key)
    {
        lock (turn)
        {
            if (byName.TryGetValue(name, out var old)) Remove(old);
            if (!key.TryUse()) return;
            while (byName.Count >= capacity) Remove(byUse.Last!);
            var until = clock.GetTimestamp() + (long)(lifetime.TotalSeconds * clock.TimestampFrequency);
            byName[name] = byUse.AddFirst(new Entry(name, key, until));
        }
    }

    public void Drop(TName name)
    {
        lock (turn)
        {
            if (byName.TryGetValue(name, out var node)) Remove(node);
        }
    }

    public void Dispose()
    {
        sweep.Dispose();
        lock (turn)
        {
            while (byUse.Last is { } node) Remove(node);
        }
    }

    private void DropExpired()
    {
        lock (turn)
        {
            var now = clock.GetTimestamp();
            for (var node = byUse.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Until <= now) Remove(node);
                node = next;
            }
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        byName.Remove(node.Value.Name);
        byUse.Remove(node);
        node.Value.Key.GiveBack();
    }

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(30);

    private sealed record Entry(TName Name, SharedKey Key, long Until);
}
