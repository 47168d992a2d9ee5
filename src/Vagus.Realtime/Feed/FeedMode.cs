namespace Vagus.Realtime.Feed;

/// <summary>
/// What a session of a feed is doing. An open session is live or catching up: a catch-up that ends in any other way than live closes the
/// connection. Gaps are told on the way and change nothing of this.
/// </summary>
internal enum FeedMode
{
    /// <summary>Reads the log by itself, at its own pace; the tail passes it by.</summary>
    CatchingUp,

    /// <summary>Gets each event as the tail reads it.</summary>
    Live,

    /// <summary>Its connection is gone.</summary>
    Left,
}
