using Vagus.Kernel;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Gateways;

/// <summary>
/// Remembers for a while what clients that went away had subscribed to. A client is found by its id and its caller together; an id alone
/// opens nothing. Bounded: the longest away is forgotten first.
/// </summary>
internal sealed class AbsentClients(RealtimeOptions options, TimeProvider clock)
{
    private const int MaxClients = 50_000;
    private readonly Lock gate = new();
    private readonly Dictionary<Key, LinkedListNode<Entry>> byKey = [];
    private readonly LinkedList<Entry> byTime = [];

    public void Put(Caller caller, string clientId, Absent absent)
    {
        var key = new Key(caller.Tenant, caller.User, clientId);
        lock (gate)
        {
            if (byKey.TryGetValue(key, out var older)) Drop(older);
            byKey[key] = byTime.AddLast(new Entry(key, absent, clock.GetUtcNow() + options.ResumeWindow));
            while (byTime.First is { } first && (byTime.Count > MaxClients || first.Value.Until < clock.GetUtcNow())) Drop(first);
        }
    }

    /// <summary>Takes a client off the list; null when it is not known (any more).</summary>
    public Absent? Take(Caller caller, string clientId)
    {
        lock (gate)
        {
            if (!byKey.TryGetValue(new Key(caller.Tenant, caller.User, clientId), out var found)) return null;

            Drop(found);
            return found.Value.Until < clock.GetUtcNow() ? null : found.Value.Absent;
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        byTime.Remove(node);
        byKey.Remove(node.Value.Key);
    }

    private readonly record struct Key(TenantId Tenant, UserId User, string ClientId);

    private sealed record Entry(Key Key, Absent Absent, DateTimeOffset Until);
}
