namespace Vagus.Realtime.Feed;

/// <summary>
/// What a catch-up does under the feed's gate: finds its next step, hands out what it has read, and goes live at exactly the place that it
/// has reached.
/// </summary>
internal sealed class CatchUpSteps(FeedState state, Positions positions)
{
    /// <summary>Events that a session may be behind to go live: they are delivered under the gate, while everybody waits.</summary>
    private const int LastStep = 64;

    /// <summary>Events that one step of a catch-up takes from memory.</summary>
    private const int MemoryStep = 200;

    /// <summary>
    /// Settles what needs no reading (gaps that are due, debts that are paid, the last step to live) and gives the step that is left; null
    /// when the catch-up is over, because the session is live or gone.
    /// </summary>
    public CatchUpStep? Advance(Follower follower)
    {
        lock (state.Gate)
        {
            while (follower is { Mode: FeedMode.CatchingUp, FirstDebt: { } debt })
            {
                if (debt.TakeGap() is { } gap) positions.TellGap(follower, gap.From, gap.To);
                if (!debt.IsSettled)
                    return new CatchUpStep(debt.Reached, debt.Until, debt, follower.Wants) { JudgedAt = state.NarrowedAt };
                follower.Settle();
            }

            if (follower.Mode != FeedMode.CatchingUp || TryGoLive(follower)) return null;

            var step = new CatchUpStep(
                follower.Cursor, Math.Max(state.Position, follower.Cursor), Debt: null, follower.Wants)
            {
                JudgedAt = state.NarrowedAt,
            };
            if (state.NarrowedAt > state.Position) return step;
            return state.Recent.After(follower.Cursor) is { } known && !follower.Lacks(known)
                ? step with { Events = [.. known.Take(MemoryStep)] } : step;
        }
    }

    /// <summary>Gives a session an event that its catch-up has read. False when the step is no longer what it should do.</summary>
    public bool Take(Follower follower, CatchUpStep step, FeedEvent @event)
    {
        lock (state.Gate)
        {
            if (follower.Mode != FeedMode.CatchingUp || follower.FirstDebt != step.Debt || follower.Lacks(@event)) return false;

            // Something was narrowed, or the visibility changed, while this waited for room: it is read and judged again.
            if (!state.IsJudged(@event, step.JudgedAt)) return false;

            var seen = @event.SeenBy(follower.Session.Reach);
            if (step.Debt is { } debt)
            {
                if (@event.Position > debt.Until) return false;
                if (debt.Added.Filter.Search is not null) follower.TellOwed(debt, @event);
                else if (follower.Owed(debt, seen) is { } owed) follower.Session.Deliver(owed, Delivery.Replay);
                debt.Reach(@event.Position);
                return true;
            }

            if (@event.Position <= follower.Cursor) return true;
            follower.TellSearches(@event);
            if (follower.Subscriptions.Wanted(seen) is { } form) follower.Deliver(form);
            follower.Reach(@event.Position);
            return true;
        }
    }

    /// <summary>The log no longer has what a catch-up came to: the session is told a gap and goes on behind it.</summary>
    public void PassOver(Follower follower, CatchUpStep step, long to)
    {
        lock (state.Gate)
        {
            if (follower.Mode != FeedMode.CatchingUp || follower.FirstDebt != step.Debt) return;

            var last = Math.Min(to, step.Until);
            if (last > step.After) positions.TellGap(follower, step.After + 1, last);
            // A search cannot be gone on with over a gap: the client comes back and is given its first page anew.
            if (last > step.After && (step.Debt is { } owed ? owed.Added.Filter.Search is not null : follower.Subscriptions.Searches.Any()))
                follower.Session.Close(Closing.Restart);
            if (step.Debt is { } debt) debt.Reach(last);
            else follower.Reach(Math.Max(last, follower.Cursor));
        }
    }

    public void Narrowed(long at) => state.Narrowed(at);

    /// <summary>Whether a page that was read for several has all that this session asks for.</summary>
    public bool HasAll(Follower follower, JudgedPage page)
    {
        lock (state.Gate) return !follower.Lacks(page.Events);
    }

    public void TellIfDue(Follower follower)
    {
        lock (state.Gate) positions.TellIfDue(follower);
    }

    /// <summary>
    /// The only way to be live: what is left comes from memory, and the tail takes over at exactly that point. Called under the gate.
    /// </summary>
    public bool TryGoLive(Follower follower)
    {
        if (follower.Cursor < state.Position && !TakeLastStep(follower)) return false;

        // The tail may be behind what was read here; it must not bring that again.
        follower.GoLive(state.Position);
        if (follower.OwesPosition) positions.Tell(follower, follower.Cursor);
        return true;
    }

    private bool TakeLastStep(Follower follower)
    {
        var missing = state.Position - follower.Cursor;
        if (missing > LastStep || state.NarrowedAt > state.Position || !follower.Session.HasRoom) return false;
        if (state.Recent.After(follower.Cursor)?.ToList() is not { } rest || follower.Lacks(rest)) return false;
        foreach (var @event in rest)
        {
            // The last step may be larger than a small queue: what was given stays given, and the catch-up goes on behind it.
            if (!follower.Session.HasRoom) return false;
            follower.TellSearches(@event);
            if (follower.Subscriptions.Wanted(@event.SeenBy(follower.Session.Reach)) is { } form) follower.Deliver(form);
            follower.Reach(@event.Position);
        }

        return true;
    }
}
