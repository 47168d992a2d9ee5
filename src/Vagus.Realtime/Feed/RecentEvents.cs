namespace Vagus.Realtime.Feed;

/// <summary>
/// The last events of a feed, without holes: a session that catches up with the feed takes the last steps from here, under its gate. What
/// is here was judged when it was read, so it is dropped as soon as something is narrowed.
/// </summary>
internal sealed class RecentEvents
{
    private const int MaxEvents = 512;
    private const long MaxBytes = 2 * 1024 * 1024;

    private readonly Queue<FeedEvent> events = new();
    private long bytes;

    public void Add(FeedEvent @event)
    {
        if (@event.Narrows) Clear();
        events.Enqueue(@event);
        bytes += @event.Size;
        while (events.Count > MaxEvents || bytes > MaxBytes) bytes -= events.Dequeue().Size;
    }

    public void Clear()
    {
        events.Clear();
        bytes = 0;
    }

    /// <summary>All events after a position, or null when some of them are no longer here.</summary>
    public IEnumerable<FeedEvent>? After(long position)
    {
        if (!events.TryPeek(out var oldest) || oldest.Position > position + 1) return null;
        return events.Where(each => each.Position > position);
    }
}
