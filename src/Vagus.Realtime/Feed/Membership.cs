using Vagus.Access.Visibility;

namespace Vagus.Realtime.Feed;

/// <summary>
/// The sessions of one feed, and what the tail does with them under the gate. A session comes in and goes here; the tail hands events to
/// those that are live, and one whose queue has no room falls behind. See the README for the states.
/// </summary>
internal sealed class Membership
{
    private readonly FeedState state;
    private readonly Positions positions;
    private readonly CatchUpSteps steps;
    private readonly RealtimeOptions options;
    private readonly Action<Follower> startCatchUp;
    private readonly Audience audience = new();
    private bool closed;

    public Membership(
        FeedState state, Positions positions, CatchUpSteps steps, RealtimeOptions options, Action<Follower> startCatchUp)
    {
        (this.state, this.positions, this.steps, this.options, this.startCatchUp) = (state, positions, steps, options, startCatchUp);
        state.Rechosen = audience.Choose;
    }

    public bool IsClosed => Volatile.Read(ref closed);

    public void Close()
    {
        lock (state.Gate) closed = true;
    }

    /// <summary>True when no session was left; the membership is closed then.</summary>
    public bool ClosedForLackOfListeners(bool noneLeaving)
    {
        lock (state.Gate) return closed = audience.Count == 0 && noneLeaving;
    }

    /// <summary>
    /// Lets a session in: its end is heard of from here on, and nothing of the log is delivered to it before <see cref="Begin"/>. Null when
    /// the feed has ended: take a new one.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="entry">Where it begins.</param>
    /// <param name="greet">Called with that place before the session is told anything else.</param>
    public Follower? Enter(LiveConnection session, Entry entry, Action<long>? greet = null)
    {
        lock (state.Gate)
        {
            if (closed) return null;

            // The session knows where it begins: its first position ends its catch-up, or comes when one is due.
            var follower = new Follower(session, entry);
            positions.Begin(follower);
            audience.Add(follower);
            session.ComeInto(new FeedPlace(state, positions, options, follower, startCatchUp));
            greet?.Invoke(entry.After);
            if (entry.Gap is { } gap) positions.TellGap(follower, gap.From, gap.To);
            state.CountReaders(follower, before: false);
            return follower;
        }
    }

    /// <summary>Leads a session on from where it came in. Its sign-in was looked at after it had come in.</summary>
    public void Begin(Follower follower)
    {
        lock (state.Gate)
        {
            if (follower.Mode == FeedMode.CatchingUp && !steps.TryGoLive(follower)) startCatchUp(follower);
        }
    }

    public void Remove(Follower follower)
    {
        lock (state.Gate)
        {
            audience.Remove(follower);
            var read = follower.ReadsResources;
            follower.Leave();
            state.CountReaders(follower, read);
        }
    }

    /// <summary>
    /// Gives the next event to all that are live, and goes on to its position. False when something was narrowed or the tenant's visibility
    /// has changed since it was read: it is read and judged again.
    /// </summary>
    public bool Take(FeedEvent @event, long judgedAt)
    {
        lock (state.Gate)
        {
            if (!state.IsJudged(@event, judgedAt)) return false;

            foreach (var follower in state.Searches.Concerned(@event)) DeliverSearches(follower, @event);
            audience.Deliver(@event, this);
            state.Recent.Add(@event);
            state.MoveTo(@event.Position);
            return true;
        }
    }

    /// <summary>Called by <see cref="Audience"/> under the gate with the form in which a session may see an event.</summary>
    public void Deliver(Follower follower, FeedEvent @event, EventForm? seen)
    {
        if (follower.Mode != FeedMode.Live || seen is null || seen.Position <= follower.Cursor) return;
        if (follower.Subscriptions.Wanted(seen) is not { } form) return;
        // What was told of its searches is told: the event follows it, and does not make the session read both again.
        if ((follower.Session.HasRoom || follower.SearchedAt == form.Position) && !follower.Lacks(@event))
        {
            follower.Deliver(form);
            return;
        }

        // The log is the truth: what does not fit now is read from it when there is room again, and so is an event that was read without
        // the content that a subscription asked for meanwhile.
        follower.FallBehind(form.Position - 1);
        startCatchUp(follower);
    }

    /// <summary>Tells a session what an event does to its searches, before the event itself.</summary>
    private void DeliverSearches(Follower follower, FeedEvent @event)
    {
        if (follower.Mode != FeedMode.Live || @event.Position <= follower.Cursor) return;
        if (follower.Session.HasRoom && !follower.Lacks(@event))
        {
            if (follower.TellSearches(@event)) follower.SearchedAt = @event.Position;
            return;
        }

        follower.FallBehind(@event.Position - 1);
        startCatchUp(follower);
    }

    /// <summary>
    /// The tenant's visibility as it is now: where it has changed, what each session was sent before is not known any more.
    /// </summary>
    public void Judge(TenantPolicy now)
    {
        lock (state.Gate)
        {
            if (ReferenceEquals(now, state.Visibility)) return;

            var isFirst = state.Visibility is null;
            state.JudgeBy(now);
            foreach (var follower in audience.Followers) follower.CloseUnlessAgreed(now);
            if (isFirst) return;

            foreach (var follower in audience.Followers) follower.Forget(positions.Standing(follower));
        }
    }

    /// <summary>Retention was faster than the tail (the process slept): all that are live are told.</summary>
    public void PassOver(long from, long to)
    {
        lock (state.Gate)
        {
            state.Recent.Clear();
            state.MoveTo(to);
            foreach (var follower in audience.Followers)
            {
                if (follower.Mode != FeedMode.Live || follower.Cursor >= to) continue;

                // A catch-up may have read ahead of the tail what was removed since: it was sent, and is in no gap.
                positions.TellGap(follower, Math.Max(from, follower.Cursor + 1), to);
                if (follower.Subscriptions.Searches.Any()) follower.Session.Close(Closing.Restart);
            }
        }
    }

    /// <summary>Each session is told its place when that is due; between two of them the gate is free.</summary>
    public void TellPositions()
    {
        foreach (var follower in Followers()) steps.TellIfDue(follower);
    }

    public (int Live, int CatchingUp) Count()
    {
        lock (state.Gate)
        {
            var live = audience.Followers.Count(follower => follower.Mode == FeedMode.Live);
            return (live, audience.Count - live);
        }
    }

    public LiveConnection[] Sessions()
    {
        lock (state.Gate) return [.. audience.Followers.Select(follower => follower.Session)];
    }

    private Follower[] Followers()
    {
        lock (state.Gate) return [.. audience.Followers];
    }
}
