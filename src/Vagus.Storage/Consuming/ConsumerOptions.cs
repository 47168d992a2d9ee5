namespace Vagus.Storage.Consuming;

/// <summary>The limits and intervals of the durable consumers.</summary>
public sealed record ConsumerOptions
{
    /// <summary>Events of one transaction.</summary>
    public int EventsPerBatch { get; init; } = 256;

    /// <summary>Tenants that one consumer works on at the same moment.</summary>
    public int TenantsAtOnce { get; init; } = 4;

    /// <summary>One batch may take so long before it is broken off, which counts as a failure.</summary>
    public TimeSpan BatchLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>An event that fails so often alone is parked.</summary>
    public int Attempts { get; init; } = 8;

    /// <summary>The pause after the first failure; each further failure doubles it.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a node looks at the leases, and on PostgreSQL beats.</summary>
    public TimeSpan Beat { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>A node whose beat stood still for so long loses its leases.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often all tenants are looked over: for missed signals, new tenants and parked events to retry.</summary>
    public TimeSpan LookOver { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A cursor that only passed over events of other types is written so often: retention keeps what lies after it.
    /// </summary>
    public TimeSpan StoreCursors { get; init; } = TimeSpan.FromSeconds(30);

    internal void Validate()
    {
        if (EventsPerBatch < 1 || TenantsAtOnce < 1 || Attempts < 1)
            throw new InvalidOperationException("A consumer's limits are at least 1.");
        if (new[] { BatchLimit, FirstPause, LongestPause, Beat, LookOver, StoreCursors }.Min() <= TimeSpan.Zero)
            throw new InvalidOperationException("A consumer's intervals are longer than nothing.");
        // A lease must outlast a few beats: one that comes late must not cost it.
        if (Lease < 3 * Beat) throw new InvalidOperationException("A consumer's lease is at least three beats long.");
    }
}
