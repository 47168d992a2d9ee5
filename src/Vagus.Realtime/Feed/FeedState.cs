using Vagus.Access.Visibility;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>
/// What the tail of one feed, its sessions and their catch-ups share, all of it guarded by one gate: how far the tail has come, what is
/// remembered of it, and what is known of who sees what. Nothing is awaited under the gate.
/// </summary>
internal sealed class FeedState(Func<CancellationToken, ValueTask<LogExtent>> readExtent)
{
    private long position;
    private int resourceReaders;

    public Lock Gate { get; } = new();

    /// <summary>The last events, judged by <see cref="Visibility"/>.</summary>
    public RecentEvents Recent { get; } = new();

    /// <summary>The searches that sessions keep open.</summary>
    public OpenSearches Searches { get; } = new();

    /// <summary>Called under the gate when a session may have begun or ceased to ask for events.</summary>
    public Action<Follower>? Rechosen { get; set; }

    /// <summary>The tenant's visibility as it was last read; null before that.</summary>
    public TenantPolicy? Visibility { get; private set; }

    /// <summary>Up to here the log has a row by which somebody lost sight of a resource.</summary>
    public long NarrowedAt { get; private set; }

    /// <summary>The last position that the tail has read. Also read without the gate, as a hint.</summary>
    public long Position => Volatile.Read(ref position);

    /// <summary>Whether a session asks for contents of resources. Read without the gate.</summary>
    public bool WantsResources => Volatile.Read(ref resourceReaders) > 0;

    /// <summary>
    /// What of the log can be read. From here on nothing is delivered that was judged without knowing what is narrowed by now.
    /// </summary>
    public async ValueTask<LogExtent> Extent(CancellationToken cancel)
    {
        var extent = await readExtent(cancel);
        Narrowed(extent.NarrowedAt);
        return extent;
    }

    /// <summary>Events that were read without knowing of what was narrowed here are not delivered any more.</summary>
    public void Narrowed(long at)
    {
        lock (Gate) NarrowedAt = Math.Max(NarrowedAt, at);
    }

    /// <summary><see cref="NarrowedAt"/>, asked without holding the gate.</summary>
    public long KnownNarrowedAt()
    {
        lock (Gate) return NarrowedAt;
    }

    /// <summary>The tail has come to a position. Called under the gate.</summary>
    public void MoveTo(long at) => Volatile.Write(ref position, at);

    /// <summary>
    /// Takes the tenant's visibility as it is now; the remembered events are dropped, for another one judged them. Called under the gate.
    /// </summary>
    public void JudgeBy(TenantPolicy now)
    {
        Visibility = now;
        Recent.Clear();
    }

    /// <summary>
    /// Whether an event may be delivered as it was judged. Otherwise something was narrowed or the visibility has changed since, and it is
    /// read and judged again. Asked under the gate.
    /// </summary>
    public bool IsJudged(FeedEvent @event, long judgedAt) => judgedAt >= NarrowedAt && @event.IsJudgedBy(Visibility);

    /// <summary>The same of a whole page, asked without holding the gate.</summary>
    public bool IsJudged(JudgedPage page)
    {
        lock (Gate) return page.Events.All(@event => IsJudged(@event, page.JudgedAt));
    }

    /// <summary>
    /// Takes over what a session asks for, which may have changed: contents of resources, searches, events. Called under the gate.
    /// </summary>
    public void CountReaders(Follower follower, bool before)
    {
        Searches.Keep(follower);
        Rechosen?.Invoke(follower);
        if (follower.ReadsResources != before) Volatile.Write(ref resourceReaders, resourceReaders + (before ? -1 : 1));
    }
}
