using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Sessions;

/// <summary>
/// What one session asked for, and since when: enough to say of any event whether the session was sent it. Guarded by the feed's gate.
/// </summary>
internal sealed class Subscriptions
{
    private const int MaxEnded = 256;

    private readonly List<Stretch> open = [];
    private readonly Queue<Stretch> ended = new();

    /// <summary>Up to here it is no longer known what was sent: a replay from before would repeat.</summary>
    public long ForgottenUpTo { get; private set; }

    public int Count => open.Count(stretch => stretch.Id.Length > 0);

    public IReadOnlyList<(string Id, EventFilter Filter)> Open => [.. open.Where(stretch => stretch.Id.Length > 0).Select(stretch => (stretch.Id, stretch.Filter))];

    public bool WantsResources => open.Exists(stretch => stretch.Filter.Resources);

    /// <summary>Asks for everything until the first real subscription.</summary>
    public void BeginWithAll(long after) => open.Add(new Stretch("", EventFilter.AllEvents, after));

    /// <summary>Asks for what matches from the event after a position on. One of the same id ends.</summary>
    public Stretch Add(string id, EventFilter filter, long after, long now)
    {
        Remove("", now);
        Remove(id, now);
        var added = new Stretch(id, filter, after);
        open.Add(added);
        return added;
    }

    public bool Remove(string id, long now)
    {
        if (open.Find(stretch => stretch.Id == id) is not { } found) return false;

        open.Remove(found);
        found.Until = now;
        ended.Enqueue(found);
        if (ended.Count > MaxEnded) ForgottenUpTo = Math.Max(ForgottenUpTo, ended.Dequeue().Until);
        return true;
    }

    /// <summary>The form that is asked for of what the session may see: the event itself or, for a filter that it left, the word that it is gone.</summary>
    public EventForm? Wanted(EventForm? seen)
    {
        if (seen is null) return null;
        if (Want(seen)) return seen;
        return seen.Former is { } former && Want(former) ? former : null;
    }

    public bool Want(EventForm occurrence)
    {
        foreach (var stretch in open) if (stretch.Covers(occurrence)) return true;
        return false;
    }

    /// <summary>Whether the event went to this session on account of any other subscription, when it was live.</summary>
    public bool WantedBesides(Stretch replayed, EventForm occurrence) =>
        open.Exists(stretch => stretch != replayed && stretch.Covers(occurrence)) || ended.Any(stretch => stretch.Covers(occurrence));

    /// <summary>Forgets all: the session starts anew.</summary>
    public void Clear()
    {
        open.Clear();
        ended.Clear();
    }

    /// <summary>A filter and the part of the log that it was applied to.</summary>
    internal sealed class Stretch(string id, EventFilter filter, long after)
    {
        public string Id => id;

        public EventFilter Filter => filter;

        public long Until { get; set; } = long.MaxValue;

        public bool Covers(EventForm occurrence) => occurrence.Position > after && occurrence.Position <= Until && filter.Matches(occurrence);
    }
}
