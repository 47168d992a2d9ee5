using Vagus.Access.Visibility;

namespace Vagus.Realtime.Feed;

/// <summary>
/// One session in its feed: its mode, where it stands and what it asked for. Guarded by the gate of <see cref="FeedState"/>; no gateway
/// sees it.
/// </summary>
internal sealed class Follower(LiveConnection session, Entry entry)
{
    private readonly Queue<Debt> debts = new();

    public LiveConnection Session => session;

    public FeedMode Mode { get; private set; } = FeedMode.CatchingUp;

    /// <summary>
    /// Everything up to here that the session may see and asked for was put into its queue or told as a gap, but for its debts. A live
    /// session stands where the feed stands, or here if it has read further.
    /// </summary>
    public long Cursor { get; private set; } = entry.After;

    public Subscriptions Subscriptions { get; } = Subscriptions.Of(entry);

    /// <summary>What is still owed to subscriptions that begin in the past, oldest first.</summary>
    public Debt? FirstDebt => debts.TryPeek(out var debt) ? debt : null;

    /// <summary>
    /// Everything up to here that the session may see and asked for was put into its queue or told as a gap. Each debt holds it back to
    /// the place that was reached for it.
    /// </summary>
    public long Proven(long standing) => debts.Aggregate(standing, (least, debt) => Math.Min(least, debt.Proven));

    /// <summary>True when contents of resources are read for it.</summary>
    public bool ReadsResources => Mode != FeedMode.Left && Subscriptions.WantsResources;

    /// <summary>Whether its place has to be told as soon as it is live: it is new, or a replay is over.</summary>
    public bool OwesPosition { get; private set; } = true;

    /// <summary>
    /// Where the last debt ended; null without one. What was sent for it carries no offset: only a client that shows an offset beyond this
    /// has it all.
    /// </summary>
    public long? OwedUntil { get; private set; }

    /// <summary>The last event of which the tail told it something about its searches.</summary>
    public long SearchedAt { get; set; }

    /// <summary>When its place was last told, as a timestamp of the clock.</summary>
    public long PositionToldAt { get; private set; }

    public void BeginAt(long timestamp) => PositionToldAt = timestamp;

    public void GoLive(long at)
    {
        Cursor = Math.Max(Cursor, at);
        Mode = FeedMode.Live;
    }

    public void FallBehind(long cursor)
    {
        Cursor = cursor;
        Mode = FeedMode.CatchingUp;
    }

    /// <summary>What it was owed stays written down: it decides whether the client can be recovered.</summary>
    public void Leave() => Mode = FeedMode.Left;

    public void Reach(long position) => Cursor = position;

    /// <summary>A place that is told on the way does not stand for the one at the end of a catch-up: that is still owed.</summary>
    public void PositionTold(long timestamp)
    {
        PositionToldAt = timestamp;
        if (Mode == FeedMode.Live) OwesPosition = false;
    }

    /// <summary>A subscription that is owed what lies between its beginning and where the session stands.</summary>
    public void Owe(Subscriptions.Stretch added, WayBack back)
    {
        debts.Enqueue(new Debt(added, back.Lost, back.After, Cursor));
        OwedUntil = Cursor;
        OwesPosition = true;
    }

    public void Settle() => debts.Dequeue();

    /// <summary>
    /// What was sent up to a place is not known any more: a replay that begins before it begins with a gap, and one that is under way is
    /// ended with one.
    /// </summary>
    public void Forget(long standing)
    {
        Subscriptions.Forget(standing);
        // The visibility is about events: what is owed to a search goes on.
        foreach (var debt in debts.Where(debt => debt.Added.Filter.Search is null)) debt.Forget();
    }

    /// <summary>Ends a subscription. Of what is still owed to it no more is sent, and that part does not count as sent.</summary>
    public bool Unsubscribe(string id, long standing)
    {
        if (Subscriptions.Find(id) is not { } found) return false;

        var owed = debts.FirstOrDefault(debt => debt.Added == found);
        Subscriptions.Remove(id, standing, owed);
        if (owed is not null)
        {
            var rest = debts.Where(debt => debt != owed).ToArray();
            debts.Clear();
            foreach (var debt in rest) debts.Enqueue(debt);
        }

        return true;
    }

    /// <summary>Hands on the next event of its stream.</summary>
    public void Deliver(EventForm form) => session.Deliver(form, Subscriptions.AreChosen ? Delivery.Chosen : Delivery.Unasked);

    /// <summary>
    /// What the event does to the session's searches, but for those that are owed it. The tenant may have taken something away since the
    /// session came in: then the connection is closed, to come back with what it may see now.
    /// </summary>
    public bool TellSearches(FeedEvent @event)
    {
        if (@event.Change is not { } change || !Subscriptions.Search(change.Type)) return false;
        return Tell(@event, Subscriptions.Searches.Where(search => search.Filter.Search?.Type == change.Type), Delivery.Chosen);
    }

    /// <summary>The same for the one search that it is owed to.</summary>
    public void TellOwed(Debt debt, FeedEvent @event) => Tell(@event, [debt.Added], Delivery.Replay);

    private bool Tell(FeedEvent @event, IEnumerable<Subscriptions.Stretch> searches, Delivery how)
    {
        List<SearchChange>? changes = null;
        foreach (var search in searches)
        {
            if (!search.AgreesWith(@event.Policy, session.Reach))
            {
                session.Close(Closing.TokenExpired);
                return false;
            }

            if (search.ChangeOf(@event, session.Reach) is { } change) (changes ??= []).Add(change);
        }

        if (changes is not null) session.Deliver(changes, how);
        return changes is not null;
    }

    /// <summary>
    /// The tenant takes something else away from the caller's role than when the session came in: a search that is open shows what the
    /// session may see no more, or lacks what it may see now. The connection is closed, to come back.
    /// </summary>
    public void CloseUnlessAgreed(TenantPolicy policy)
    {
        if (Subscriptions.Searches.Any(search => !search.AgreesWith(policy, session.Reach))) session.Close(Closing.TokenExpired);
    }

    /// <summary>What of a page of the log is read for it beside the events.</summary>
    public PageWants Wants => new(ReadsResources, Subscriptions.SearchedTypes);

    /// <summary>Whether something of a resource is wanted that was not read at the time.</summary>
    public bool Lacks(FeedEvent @event) =>
        (!@event.KnowsResource && Subscriptions.WantsResources)
        || (@event is { KnowsMove: false, Change: { } change } && Subscriptions.Search(change.Type));

    public bool Lacks(IEnumerable<FeedEvent> known) => known.Any(Lacks);

    /// <summary>The form of a past event that is for the subscription it is owed to, and was not sent on account of another one.</summary>
    public EventForm? Owed(Debt debt, EventForm? seen)
    {
        if (seen is null || WasSent(debt, seen)) return null;
        if (debt.Added.Covers(seen)) return seen;
        return seen.Former is { } former && debt.Added.Covers(former) && !WasSent(debt, former) ? former : null;
    }

    private bool WasSent(Debt debt, EventForm form) =>
        Subscriptions.WantedBesides(debt.Added, form, other => debts.Any(owed => owed.Added == other && owed.Covers(form.Position)));
}

/// <summary>What one subscription is owed of the past: the positions after <see cref="Reached"/> up to <see cref="Until"/>.</summary>
internal sealed class Debt(Subscriptions.Stretch added, WayBack.Gap? gap, long after, long until)
{
    public Subscriptions.Stretch Added => added;

    public long Until => until;

    public long Reached { get; private set; } = after;

    /// <summary>To be told before the rest; taken once.</summary>
    public WayBack.Gap? Gap { get; private set; } = gap;

    /// <summary>Up to here nothing is owed any more: a gap counts only when it has been told.</summary>
    public long Proven => Gap is { } untold ? untold.From - 1 : Reached;

    public bool IsSettled => Reached >= until;

    public void Reach(long position) => Reached = Math.Min(position, until);

    /// <summary>What is left is told as a gap.</summary>
    public void Forget()
    {
        if (IsSettled) return;

        Gap = new WayBack.Gap(Proven + 1, until);
        Reached = until;
    }

    public WayBack.Gap? TakeGap()
    {
        var told = Gap;
        Gap = null;
        return told;
    }

    public bool Covers(long position) => position > Reached && position <= until;
}
