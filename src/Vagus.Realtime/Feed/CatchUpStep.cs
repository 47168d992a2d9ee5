namespace Vagus.Realtime.Feed;

/// <summary>What a catch-up does next: reads on after a position, or takes what the feed still has in memory.</summary>
/// <param name="After">The position behind which it begins.</param>
/// <param name="Until">The last position it has to reach.</param>
/// <param name="Debt">Set where it is for one subscription only.</param>
/// <param name="Wants">What is read beside the events.</param>
internal sealed record CatchUpStep(long After, long Until, Debt? Debt, PageWants Wants)
{
    /// <summary>Up to here it was known what was narrowed when the events were judged.</summary>
    public required long JudgedAt { get; init; }

    /// <summary>The next events, where memory has them; null where the log has to be read.</summary>
    public IReadOnlyList<FeedEvent>? Events { get; init; }
}
