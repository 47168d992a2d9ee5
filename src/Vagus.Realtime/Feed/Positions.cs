namespace Vagus.Realtime.Feed;

/// <summary>Where sessions stand, and what they are told of it and of gaps. Used under the feed's gate.</summary>
internal sealed class Positions(FeedState state, RealtimeOptions options, RealtimeMetrics metrics, TimeProvider clock)
{
    private PositionForm told = new(sequence: 0, isLive: true);

    public long Standing(Follower follower) =>
        follower.Mode == FeedMode.Live ? Math.Max(state.Position, follower.Cursor) : follower.Cursor;

    /// <summary>Everything up to here that the session may see and asked for was put into its queue.</summary>
    public long Proven(Follower follower) => follower.Proven(Standing(follower));

    /// <summary>From now on its place is due once in an interval.</summary>
    public void Begin(Follower follower) => follower.BeginAt(clock.GetTimestamp());

    public void Tell(Follower follower, long sequence)
    {
        var isLive = follower is { Mode: FeedMode.Live, FirstDebt: null };
        if (told.Sequence != sequence || told.IsLive != isLive) told = new PositionForm(sequence, isLive);
        follower.PositionTold(clock.GetTimestamp());
        follower.Session.TellPosition(told, new Standing(Standing(follower), follower.Subscriptions.AreChosen));
    }

    /// <summary>Tells a session its place when that is due, also in the middle of a long replay: as far as it is proved.</summary>
    public void TellIfDue(Follower follower)
    {
        if (follower.Mode == FeedMode.Left || !follower.Session.HasRoom) return;
        if (clock.GetElapsedTime(follower.PositionToldAt) >= options.PositionInterval) Tell(follower, Proven(follower));
    }

    /// <summary>Tells one session that positions cannot be replayed to it.</summary>
    public void TellGap(Follower follower, long from, long to)
    {
        metrics.GapTold();
        follower.Session.TellGap(from, to);
    }
}
