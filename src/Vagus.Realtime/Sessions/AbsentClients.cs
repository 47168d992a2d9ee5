using Vagus.Kernel;

namespace Vagus.Realtime.Sessions;

/// <summary>What a client that went away had asked for, and whether it had been sent everything up to its last event.</summary>
/// <param name="Asked">Its subscriptions; null where it got everything unasked.</param>
/// <param name="IsComplete">False while a subscription was still owed something of the past.</param>
internal sealed record Absent(IReadOnlyList<(string Id, EventFilter Filter)>? Asked, bool IsComplete)
{
    /// <summary>It never came into its feed.</summary>
    public static readonly Absent Unknown = new([], IsComplete: false);

    /// <summary>Where what was owed to a subscription ended; null where nothing was.</summary>
    public long? OwedUntil { get; init; }

    /// <summary>Whether a client that shows this offset has certainly received all that it was owed.</summary>
    public bool HasAllAt(long offset) => IsComplete && !(offset <= OwedUntil);
}

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
