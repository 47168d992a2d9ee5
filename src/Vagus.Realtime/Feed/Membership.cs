using Vagus.Access.Visibility;
using Vagus.Realtime.Sessions;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>
/// The sessions of one feed and where each of them stands: all that the feed's gate guards. Nothing is awaited under the gate. A session
/// comes in catching up, goes live only here, and falls behind only here; see the README for the states.
/// </summary>
internal sealed class Membership(
    RealtimeOptions options, RealtimeMetrics metrics, TimeProvider clock, Action<Follower> startCatchUp)
{
    /// <summary>Events that a session may be behind to go live: they are delivered under the gate, while everybody waits.</summary>
    private const int LastStep = 64;

    /// <summary>Events that one step of a catch-up takes from memory.</summary>
    private const int MemoryStep = 200;

    private readonly Lock gate = new();
    private readonly Audience audience = new();
    private readonly RecentEvents recent = new();
    private PositionForm told = new(sequence: 0, isLive: true);
    private TenantVisibility? visibility;
    private long position;
    private long narrowedAt;
    private int resourceReaders;
    private bool closed;

    /// <summary>The last position that the tail has read. Also read without the gate, as a hint.</summary>
    public long Position => Volatile.Read(ref position);

    public bool WantsResources => Volatile.Read(ref resourceReaders) > 0;

    public bool IsClosed => Volatile.Read(ref closed);

    public void Begin(long at) => Volatile.Write(ref position, at);

    public void Close()
    {
        lock (gate) closed = true;
    }

    /// <summary>True when no session was left; the membership is closed then.</summary>
    public bool ClosedForLackOfListeners(bool noneLeaving)
    {
        lock (gate) return closed = audience.Count == 0 && noneLeaving;
    }

    /// <summary>Lets a session in. False when the feed has ended: take a new one.</summary>
    /// <param name="session">The session.</param>
    /// <param name="entry">Where it begins.</param>
    /// <param name="greet">Called with that place before the session is told anything else.</param>
    public bool Enter(LiveConnection session, Entry entry, Action<long>? greet = null)
    {
        lock (gate)
        {
            if (closed) return false;

            // The session knows where it begins: its first position ends its catch-up, or comes when one is due.
            var follower = session.Follower = new Follower(session, entry) { PositionToldAt = clock.GetTimestamp() };
            audience.Add(session);
            greet?.Invoke(entry.After);
            if (entry.Gap is { } gap) TellGap(session, gap.From, gap.To);
            CountReaders(follower, before: false);
            if (!GoesLive(follower)) startCatchUp(follower);
            return true;
        }
    }

    public void Remove(LiveConnection session)
    {
        lock (gate)
        {
            audience.Remove(session);
            if (session.Follower is not { } follower) return;

            var read = follower.ReadsResources;
            follower.Leave();
            CountReaders(follower, read);
        }
    }

    /// <summary>
    /// Gives the next event to all that are live, and goes on to its position. False when something was narrowed or the tenant's visibility
    /// has changed since it was read: it is read and judged again.
    /// </summary>
    public bool Take(FeedEvent @event, long judgedAt)
    {
        lock (gate)
        {
            if (judgedAt < narrowedAt || !@event.IsJudgedBy(visibility)) return false;

            audience.Deliver(@event, this);
            recent.Add(@event);
            Volatile.Write(ref position, @event.Position);
            return true;
        }
    }

    /// <summary>Called by <see cref="Audience"/> under the gate with the form in which a session may see an event.</summary>
    public void Deliver(Follower follower, FeedEvent @event, EventForm? seen)
    {
        if (follower.Mode != FeedMode.Live || seen is null || seen.Position <= follower.Cursor) return;
        if (follower.Subscriptions.Wanted(seen) is not { } form) return;
        if (follower.Session.HasRoom && !Lacks(follower, @event))
        {
            follower.Session.Deliver(form, isReplay: false);
            return;
        }

        // The log is the truth: what does not fit now is read from it when there is room again, and so is an event that was read without
        // the content that a subscription asked for meanwhile.
        follower.FallBehind(form.Position - 1);
        startCatchUp(follower);
    }

    /// <summary>
    /// Up to this position the log has a row by which somebody lost sight of a resource. Events that were read without knowing of it are
    /// not delivered any more.
    /// </summary>
    public void Narrowed(long at)
    {
        lock (gate) narrowedAt = Math.Max(narrowedAt, at);
    }

    /// <summary>
    /// The tenant's visibility as it is now: where it has changed, the remembered events are dropped, for the old one judged them, and what
    /// each session was sent before is not known any more.
    /// </summary>
    public void Judge(TenantVisibility now)
    {
        lock (gate)
        {
            if (ReferenceEquals(now, visibility)) return;

            var isFirst = visibility is null;
            visibility = now;
            recent.Clear();
            if (isFirst) return;

            foreach (var session in audience.Sessions)
            {
                if (session.Follower is { } follower) follower.Forget(Standing(follower));
            }
        }
    }

    /// <summary>Retention was faster than the tail (the process slept): all that are live are told.</summary>
    public void PassOver(long from, long to)
    {
        lock (gate)
        {
            recent.Clear();
            Volatile.Write(ref position, to);
            foreach (var session in audience.Sessions)
            {
                if (session.Follower is { Mode: FeedMode.Live } follower && follower.Cursor < to) TellGap(session, from, to);
            }
        }
    }

    /// <summary>Adds a subscription that begins where the session stands.</summary>
    /// <param name="session">Whose.</param>
    /// <param name="id">A subscription of the same id is replaced.</param>
    /// <param name="filter">What it asks for.</param>
    /// <param name="answer">Called with the place where it begins, before any event of it.</param>
    public void Subscribe(LiveConnection session, string id, EventFilter filter, Action<long> answer)
    {
        lock (gate)
        {
            if (session.Follower is not { Mode: not FeedMode.Left } follower) return;

            var read = follower.ReadsResources;
            var standing = Standing(follower);
            follower.Unsubscribe(id, standing);
            var mustTell = !follower.Subscriptions.AreChosen;
            follower.Subscriptions.Add(id, filter, standing, standing);
            CountReaders(follower, read);
            if (mustTell && follower.FirstDebt is null) TellPosition(follower, standing);
            answer(standing);
        }
    }

    /// <summary>
    /// Adds a subscription that begins in the past. What lies between is owed to it and read from the log; until that is done nothing newer
    /// is sent, so nothing falls between.
    /// </summary>
    public void SubscribeSince(LiveConnection session, string id, EventFilter filter, long since, LogExtent extent, Action<long> answer)
    {
        lock (gate)
        {
            if (session.Follower is not { Mode: not FeedMode.Left } follower) return;

            var read = follower.ReadsResources;
            var standing = Standing(follower);
            follower.Unsubscribe(id, standing);
            var back = WayBack.From(since, extent, standing, options.MaxReplay, follower.Subscriptions.ForgottenUpTo);
            var added = follower.Subscriptions.Add(id, filter, back.After, standing);
            CountReaders(follower, read);
            var owes = back.Lost is not null || back.After < standing;
            var wasLive = follower.Mode == FeedMode.Live;
            if (owes) follower.FallBehind(standing);
            // From here on the client has everything up to its beginning only: what it resumes from goes back with it.
            TellPosition(follower, Math.Min(since, Proven(follower)));
            answer(Math.Max(standing, back.After));
            if (!owes) return;

            follower.Owe(added, back);
            if (wasLive) startCatchUp(follower);
        }
    }

    public bool Unsubscribe(LiveConnection session, string id)
    {
        lock (gate)
        {
            if (session.Follower is not { } follower) return false;

            var read = follower.ReadsResources;
            var found = follower.Unsubscribe(id, Standing(follower));
            CountReaders(follower, read);
            return found;
        }
    }

    public int CountOf(LiveConnection session)
    {
        lock (gate) return session.Follower?.Subscriptions.Count ?? 0;
    }

    /// <summary>What the session has asked for and how far it was owed the past.</summary>
    public Absent Asked(LiveConnection session)
    {
        lock (gate)
        {
            if (session.Follower is not { } follower) return Absent.Unknown;

            var asked = follower.Subscriptions.AreChosen ? follower.Subscriptions.Open : null;
            return new Absent(asked, IsComplete: follower.FirstDebt is null) { OwedUntil = follower.OwedUntil };
        }
    }

    public (int Live, int CatchingUp) Count()
    {
        lock (gate)
        {
            var live = audience.Sessions.Count(session => session.Follower is { Mode: FeedMode.Live });
            return (live, audience.Count - live);
        }
    }

    public LiveConnection[] Sessions()
    {
        lock (gate) return [.. audience.Sessions];
    }

    /// <summary>Everything up to here that the session may see and asked for was put into its queue; null where it is in no feed.</summary>
    public long? ProvenFor(LiveConnection session)
    {
        lock (gate) return session.Follower is { } follower ? Proven(follower) : null;
    }

    /// <summary>Tells a session its place when that is due, also in the middle of a long replay: as far as it is proved.</summary>
    public void TellIfDue(LiveConnection session)
    {
        lock (gate)
        {
            if (session.Follower is not { Mode: not FeedMode.Left } follower || !session.HasRoom) return;
            if (clock.GetElapsedTime(follower.PositionToldAt) >= options.PositionInterval) TellPosition(follower, Proven(follower));
        }
    }

    /// <summary>What a catch-up does next; null when it is over, because the session is live or gone.</summary>
    public CatchUpStep? NextStep(Follower follower)
    {
        lock (gate)
        {
            while (follower is { Mode: FeedMode.CatchingUp, FirstDebt: { } debt })
            {
                if (debt.TakeGap() is { } gap) TellGap(follower.Session, gap.From, gap.To);
                if (!debt.IsSettled)
                    return new CatchUpStep(debt.Reached, debt.Until, debt, follower.ReadsResources) { JudgedAt = narrowedAt };
                follower.Settle();
            }

            if (follower.Mode != FeedMode.CatchingUp || GoesLive(follower)) return null;

            var step = new CatchUpStep(
                follower.Cursor, Math.Max(position, follower.Cursor), Debt: null, follower.ReadsResources) { JudgedAt = narrowedAt };
            if (narrowedAt > position) return step;
            return recent.After(follower.Cursor) is { } known
                && !Lacks(follower, known) ? step with { Events = [.. known.Take(MemoryStep)] } : step;
        }
    }

    /// <summary>Gives a session an event that its catch-up has read. False when the step is no longer what it should do.</summary>
    public bool Take(Follower follower, CatchUpStep step, FeedEvent @event)
    {
        lock (gate)
        {
            if (follower.Mode != FeedMode.CatchingUp || follower.FirstDebt != step.Debt || Lacks(follower, @event)) return false;

            // Something was narrowed, or the visibility changed, while this waited for room: it is read and judged again.
            if (step.JudgedAt < narrowedAt || !@event.IsJudgedBy(visibility)) return false;

            var seen = @event.SeenBy(follower.Session.Reach);
            if (step.Debt is { } debt)
            {
                if (@event.Position > debt.Until) return false;
                if (follower.Owed(debt, seen) is { } owed) follower.Session.Deliver(owed, isReplay: true);
                debt.Reach(@event.Position);
                return true;
            }

            if (@event.Position <= follower.Cursor) return true;
            if (follower.Subscriptions.Wanted(seen) is { } form) follower.Session.Deliver(form, isReplay: false);
            follower.Reach(@event.Position);
            return true;
        }
    }

    /// <summary>The log no longer has what a catch-up came to: the session is told a gap and goes on behind it.</summary>
    public void PassOver(Follower follower, CatchUpStep step, long to)
    {
        lock (gate)
        {
            if (follower.Mode != FeedMode.CatchingUp || follower.FirstDebt != step.Debt) return;

            var last = Math.Min(to, step.Until);
            if (last > step.After) TellGap(follower.Session, step.After + 1, last);
            if (step.Debt is { } debt) debt.Reach(last);
            else follower.Reach(Math.Max(last, follower.Cursor));
        }
    }

    public FeedMode ModeOf(Follower follower)
    {
        lock (gate) return follower.Mode;
    }

    /// <summary>Tells one session that positions cannot be replayed to it. Needs no gate.</summary>
    public void TellGap(LiveConnection session, long from, long to)
    {
        metrics.GapTold();
        session.TellGap(from, to);
    }

    /// <summary>The only way to be live: what is left comes from memory, and the tail takes over at exactly that point.</summary>
    private bool GoesLive(Follower follower)
    {
        if (follower.Cursor < position)
        {
            if (position - follower.Cursor > LastStep || narrowedAt > position || !follower.Session.HasRoom) return false;
            if (recent.After(follower.Cursor)?.ToList() is not { } rest || Lacks(follower, rest)) return false;
            foreach (var @event in rest)
            {
                // The last step may be larger than a small queue: what was given stays given, and the catch-up goes on behind it.
                if (!follower.Session.HasRoom) return false;
                if (follower.Subscriptions.Wanted(@event.SeenBy(follower.Session.Reach)) is { } form)
                    follower.Session.Deliver(form, isReplay: false);
                follower.Reach(@event.Position);
            }
        }

        // The tail may be behind what was read here; it must not bring that again.
        follower.GoLive(position);
        if (follower.OwesPosition) TellPosition(follower, follower.Cursor);
        return true;
    }

    private long Standing(Follower follower) => follower.Mode == FeedMode.Live ? Math.Max(position, follower.Cursor) : follower.Cursor;

    private long Proven(Follower follower) => follower.Proven(Standing(follower));

    private void TellPosition(Follower follower, long sequence)
    {
        var isLive = follower is { Mode: FeedMode.Live, FirstDebt: null };
        if (told.Sequence != sequence || told.IsLive != isLive) told = new PositionForm(sequence, isLive);
        follower.PositionTold(clock.GetTimestamp());
        follower.Session.TellPosition(told, new SocketOffset(Standing(follower), follower.Subscriptions.AreChosen));
    }

    private void CountReaders(Follower follower, bool before)
    {
        if (follower.ReadsResources != before) Volatile.Write(ref resourceReaders, resourceReaders + (before ? -1 : 1));
    }

    private static bool Lacks(Follower follower, IEnumerable<FeedEvent> known) => known.Any(each => Lacks(follower, each));

    /// <summary>Whether the content of a resource is wanted that was not read at the time.</summary>
    private static bool Lacks(Follower follower, FeedEvent @event) => !@event.KnowsResource && follower.Subscriptions.WantsResources;
}
