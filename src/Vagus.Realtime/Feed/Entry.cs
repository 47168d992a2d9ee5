using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>Where and with what a session comes into its feed.</summary>
/// <param name="After">The position after which it gets events.</param>
/// <param name="Asked">Its subscriptions; null asks for every event until the first subscription.</param>
internal sealed record Entry(long After, IReadOnlyList<(string Id, EventFilter Filter)>? Asked)
{
    /// <summary>Told before anything else.</summary>
    public WayBack.Gap? Gap { get; init; }
}

/// <summary>How a client that has seen the log up to a position is led on.</summary>
/// <param name="Lost">What cannot be replayed; null when everything can.</param>
/// <param name="After">Where reading begins.</param>
internal sealed record WayBack(WayBack.Gap? Lost, long After)
{
    /// <param name="since">The last position that the client has seen.</param>
    /// <param name="extent">What of the log can be read.</param>
    /// <param name="standing">Where the session stands: a client that cannot be led from <paramref name="since"/> goes on from
    /// here.</param>
    /// <param name="mostPositions">The most positions that are replayed.</param>
    /// <param name="forgotten">Up to here it is not known any more what the session was sent.</param>
    public static WayBack From(long since, LogExtent extent, long standing, long mostPositions, long forgotten = 0)
    {
        // The client has seen more than there is: the log was restored from a backup. All that it knows may be wrong.
        var last = Math.Max(extent.Last, standing);
        if (since > last) return new WayBack(new Gap(extent.Oldest, standing), standing);
        if (standing - since > mostPositions) return new WayBack(new Gap(since + 1, standing), standing);

        var first = Math.Max(extent.Oldest - 1, forgotten);
        return since < first ? new WayBack(new Gap(since + 1, first), first) : new WayBack(null, since);
    }

    /// <summary>Positions that the client is told to load anew, both included.</summary>
    public sealed record Gap(long From, long To);
}
