using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>
/// A session's place in its feed as its gateway has it: what the session may ask and change. Each takes the feed's gate; the state behind
/// it is seen by the feed alone.
/// </summary>
internal sealed class FeedPlace(
    FeedState state, Positions positions, RealtimeOptions options, Follower follower, Action<Follower> startCatchUp)
{
    /// <summary>How many subscriptions it has.</summary>
    public int Count
    {
        get
        {
            lock (state.Gate) return follower.Subscriptions.Count;
        }
    }

    /// <summary>How many searches the sessions of its tenant keep open on this node.</summary>
    public int SearchesOfTenant
    {
        get
        {
            lock (state.Gate) return state.Searches.Count;
        }
    }

    /// <summary>How many of these the sessions of its user do.</summary>
    public int SearchesOfUser
    {
        get
        {
            lock (state.Gate) return state.Searches.Of(follower.Session.Caller.User);
        }
    }

    /// <summary>Everything up to here that the session may see and asked for was put into its queue.</summary>
    public long Proven
    {
        get
        {
            lock (state.Gate) return positions.Proven(follower);
        }
    }

    /// <summary>What the session has asked for and how far it was owed the past.</summary>
    public Absent Asked
    {
        get
        {
            lock (state.Gate)
            {
                var asked = follower.Subscriptions.AreChosen ? follower.Subscriptions.Open : null;
                return new Absent(asked, IsComplete: follower.FirstDebt is null) { OwedUntil = follower.OwedUntil };
            }
        }
    }

    /// <summary>Adds a subscription.</summary>
    /// <param name="id">A subscription of the same id is replaced.</param>
    /// <param name="filter">What it asks for.</param>
    /// <param name="since">The position after which it begins; null is where the session stands.</param>
    /// <param name="answer">Called with the place where it begins, before any event of it.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async ValueTask Subscribe(
        string id, EventFilter filter, long? since, Action<long> answer, CancellationToken cancel)
    {
        if (since is not { } past)
        {
            lock (state.Gate) SubscribeNow(id, filter, answer);
            return;
        }

        var extent = await state.Extent(cancel);
        lock (state.Gate) SubscribeSince(id, filter, past, extent, answer);
    }

    /// <summary>Keeps a search open.</summary>
    /// <param name="id">A subscription of the same id is replaced.</param>
    /// <param name="search">What is kept open.</param>
    /// <param name="since">The position at which the client has the whole result.</param>
    /// <param name="answer">Called before anything is told of the search.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <returns>False where it cannot be proved what has happened since; then nothing is subscribed to.</returns>
    public async ValueTask<bool> Follow(string id, EventFilter search, long since, Action answer, CancellationToken cancel)
    {
        var extent = await state.Extent(cancel);
        lock (state.Gate)
        {
            var standing = positions.Standing(follower);
            var back = WayBack.From(since, extent, standing, options.MaxSearchReplay);
            if (back.Lost is not null) return false;
            if (follower.Mode == FeedMode.Left) return true;

            var read = follower.ReadsResources;
            follower.Unsubscribe(id, standing);
            var added = follower.Subscriptions.Add(id, search with { From = since }, back.After, standing);
            Begin(added, read, since, back, _ => answer());
            if (state.Visibility is { } policy) follower.CloseUnlessAgreed(policy);
            return true;
        }
    }

    public bool Unsubscribe(string id)
    {
        lock (state.Gate)
        {
            var read = follower.ReadsResources;
            var found = follower.Unsubscribe(id, positions.Standing(follower));
            state.CountReaders(follower, read);
            return found;
        }
    }

    public void TellGap(long from, long to)
    {
        lock (state.Gate) positions.TellGap(follower, from, to);
    }

    private void SubscribeNow(string id, EventFilter filter, Action<long> answer)
    {
        if (follower.Mode == FeedMode.Left) return;

        var read = follower.ReadsResources;
        var standing = positions.Standing(follower);
        follower.Unsubscribe(id, standing);
        var mustTell = !follower.Subscriptions.AreChosen;
        follower.Subscriptions.Add(id, filter, standing, standing);
        state.CountReaders(follower, read);
        if (mustTell && follower.FirstDebt is null) positions.Tell(follower, standing);
        answer(standing);
    }

    /// <summary>
    /// What lies between its beginning and where the session stands is owed to it and read from the log; until that is done nothing newer
    /// is sent, so nothing falls between.
    /// </summary>
    private void SubscribeSince(string id, EventFilter filter, long since, LogExtent extent, Action<long> answer)
    {
        if (follower.Mode == FeedMode.Left) return;

        var read = follower.ReadsResources;
        var standing = positions.Standing(follower);
        follower.Unsubscribe(id, standing);
        var back = WayBack.From(since, extent, standing, options.MaxReplay, follower.Subscriptions.ForgottenUpTo);
        Begin(follower.Subscriptions.Add(id, filter, back.After, standing), read, since, back, answer);
    }

    private void Begin(Subscriptions.Stretch added, bool read, long since, WayBack back, Action<long> answer)
    {
        state.CountReaders(follower, read);
        var standing = positions.Standing(follower);
        var owes = back.Lost is not null || back.After < standing;
        var wasLive = follower.Mode == FeedMode.Live;
        if (owes) follower.FallBehind(standing);
        // From here on the client has everything up to its beginning only: what it resumes from goes back with it.
        positions.Tell(follower, Math.Min(since, positions.Proven(follower)));
        answer(Math.Max(standing, back.After));
        if (!owes) return;

        follower.Owe(added, back);
        if (wasLive) startCatchUp(follower);
    }
}
