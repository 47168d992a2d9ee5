namespace Vagus.Realtime.Feed;

/// <summary>What a client that went away had asked for, and whether it had been sent everything up to its last event.</summary>
/// <param name="Asked">Its subscriptions; null where it got everything unasked.</param>
/// <param name="IsComplete">False while a subscription was still owed something of the past.</param>
internal sealed record Absent(IReadOnlyList<(string Id, EventFilter Filter)>? Asked, bool IsComplete)
{
    /// <summary>It never came into its feed.</summary>
    public static readonly Absent Unknown = new([], IsComplete: false);

    /// <summary>Where what was owed to a subscription ended; null where nothing was.</summary>
    public long? OwedUntil { get; init; }

    /// <summary>Whether a client that shows this offset has certainly received all that it was owed.</summary>
    public bool HasAllAt(long offset) => IsComplete && !(offset <= OwedUntil);
}
