using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Fhir.Live;

namespace Vagus.Realtime.Feed;

/// <summary>
/// What one session asked for, and for which part of the log: enough to say of any event whether the session was sent it. Guarded by the
/// feed's gate.
/// </summary>
internal sealed class Subscriptions
{
    private const int MaxEnded = 256;
    private const string Everything = "";

    private readonly List<Stretch> open = [];
    private readonly Queue<Stretch> ended = new();

    /// <summary>Up to here it is no longer known what was sent: a replay from before would repeat.</summary>
    public long ForgottenUpTo { get; private set; }

    public int Count => open.Count(stretch => stretch.Id != Everything);

    public IReadOnlyList<(string Id, EventFilter Filter)> Open =>
        [.. open.Where(stretch => stretch.Id != Everything).Select(stretch => (stretch.Id, stretch.Filter))];

    /// <summary>False while it has not chosen and gets every event; once it has, it never gets everything unasked again.</summary>
    public bool AreChosen { get; private set; } = true;

    public bool WantsResources => open.Exists(stretch => stretch.Filter.Resources);

    /// <summary>Whether any event is asked for, and not only what happens to searches.</summary>
    public bool WantsEvents => open.Exists(stretch => stretch.Filter.Search is null);

    /// <summary>The searches that are open.</summary>
    public IEnumerable<Stretch> Searches => open.Where(stretch => stretch.Filter.Search is not null);

    public IReadOnlySet<string> SearchedTypes =>
        Searches.Select(search => search.Filter.Search?.Type).OfType<string>().ToHashSet(StringComparer.Ordinal);

    public bool Search(string type) => open.Exists(stretch => stretch.Filter.Search?.Type == type);

    public static Subscriptions Of(Entry entry)
    {
        var subscriptions = new Subscriptions();
        if (entry.Asked is null)
        {
            subscriptions.AreChosen = false;
            subscriptions.open.Add(new Stretch(Everything, EventFilter.AllEvents, entry.After));
        }

        foreach (var (id, filter) in entry.Asked ?? [])
            subscriptions.open.Add(new Stretch(id, filter, Math.Max(entry.After, filter.From)));
        return subscriptions;
    }

    /// <summary>Asks for what matches from the event after a position on. The first one ends what was sent unasked.</summary>
    public Stretch Add(string id, EventFilter filter, long after, long standing)
    {
        Remove(Everything, standing);
        AreChosen = true;
        var added = new Stretch(id, filter, after);
        open.Add(added);
        return added;
    }

    public Stretch? Find(string id) => open.Find(stretch => stretch.Id == id);

    /// <summary>Ends a subscription at the place where the session stands.</summary>
    /// <param name="id">Which.</param>
    /// <param name="standing">Where the session stands.</param>
    /// <param name="owed">What was still owed to it: that was not sent.</param>
    public void Remove(string id, long standing, Debt? owed = null)
    {
        if (Find(id) is not { } found) return;

        open.Remove(found);
        // What a search was told is told on account of no other subscription.
        if (found.Filter.Search is not null) return;

        if (owed is not null) End(found.Part(found.After, owed.Reached));
        End(found.Part(owed?.Until ?? found.After, standing));
    }

    /// <summary>
    /// The form that is asked for of what the session may see: the event itself or, for a filter that it left, the notice that it is gone.
    /// </summary>
    public EventForm? Wanted(EventForm? seen)
    {
        if (seen is null) return null;
        if (Want(seen)) return seen;
        return seen.Former is { } former && Want(former) ? former : null;
    }

    public bool Want(EventForm @event)
    {
        foreach (var stretch in open) if (stretch.Covers(@event)) return true;
        return false;
    }

    /// <summary>Whether the event went to this session on account of any other subscription.</summary>
    /// <param name="replayed">The one that asks.</param>
    /// <param name="event">An event that lies behind the session.</param>
    /// <param name="isStillOwed">Whether the event has yet to be sent to another one.</param>
    public bool WantedBesides(Stretch replayed, EventForm @event, Func<Stretch, bool> isStillOwed) =>
        open.Exists(stretch => stretch != replayed && stretch.Covers(@event) && !isStillOwed(stretch))
        || ended.Any(stretch => stretch.Covers(@event));

    /// <summary>What was sent up to a place is not known any more.</summary>
    public void Forget(long upTo) => ForgottenUpTo = Math.Max(ForgottenUpTo, upTo);

    private void End(Stretch part)
    {
        if (part.Until <= part.After) return;

        ended.Enqueue(part);
        if (ended.Count > MaxEnded) ForgottenUpTo = Math.Max(ForgottenUpTo, ended.Dequeue().Until);
    }

    /// <summary>A filter and the part of the log that it is applied to.</summary>
    internal sealed class Stretch(string id, EventFilter filter, long after, long until = long.MaxValue)
    {
        private ReachedSearch? reached;

        public string Id => id;

        public EventFilter Filter => filter;

        public long After => after;

        public long Until => until;

        public bool Covers(EventForm @event) => Covers(@event.Position) && filter.Matches(@event);

        public bool Covers(long position) => position > after && position <= until;

        /// <summary>What the event does to the result of the search; null where nothing that the caller is told.</summary>
        public SearchChange? ChangeOf(FeedEvent @event, Reach reach)
        {
            if (filter.Search?.Type != @event.Change?.Type || @event.Change is not { } change || !Covers(@event.Position)) return null;
            if (@event.Move is not { } move) return null;
            reached ??= filter.Search?.Within(reach);
            var kind = reached?.KindOf(move) ?? SearchChangeKind.None;
            if (kind is SearchChangeKind.None) return null;
            if (kind is SearchChangeKind.Leave) return new SearchChange(id, kind, change, Resource: null, @event.Position);
            return reached?.MayShow(move) == true ? new SearchChange(id, kind, change, move.Content, @event.Position) : null;
        }

        /// <summary>Whether the tenant takes away what it took away when the session came in.</summary>
        public bool AgreesWith(TenantPolicy policy, Reach reach) => (reached ??= filter.Search?.Within(reach))?.AgreesWith(policy) != false;

        public Stretch Part(long from, long to) => new(id, filter, from, Math.Min(until, to));
    }
}
