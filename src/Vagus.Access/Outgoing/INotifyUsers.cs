using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Access.Outgoing;

/// <summary>
/// Notices to people by e-mail, Web Push, text message and call, for rooms that do not know accounts. The room that knows addresses
/// implements it.
/// </summary>
public interface INotifyUsers
{
    /// <summary>
    /// Puts the notice into the queue of deliveries, in the write of what causes it: both are committed or neither. Nothing goes to a user
    /// who is disabled, or by a channel for which there is no proven address.
    /// </summary>
    ValueTask Queue(WriteTransaction write, Notice notice, CancellationToken cancel);

    /// <summary>
    /// Ends all deliveries about it that wait, to anybody. One whose attempt was under way when this write commits is not tried again, and
    /// <see cref="NoticeEnd.WasInFlight"/> of its end.
    /// </summary>
    ValueTask Cancel(WriteTransaction write, NoticeKind kind, string about, CancellationToken cancel);
}

/// <summary>The room that causes notices of one kind, asked before each attempt and told of each end.</summary>
public interface INoticeSource
{
    NoticeKind Kind { get; }

    /// <summary>
    /// Since when the person is waited for; null where there is nothing to tell any more, because it was read, or the person may not see it
    /// any more. Asked in the write that takes the delivery out of the queue.
    /// </summary>
    /// <param name="write">The write; it waits for nothing else.</param>
    /// <param name="person">How far the person would reach after signing in now; without a session.</param>
    /// <param name="about">What the notice is about.</param>
    /// <param name="cancel">Ends the reading.</param>
    ValueTask<DateTimeOffset?> WaitsSince(WriteTransaction write, Caller person, string about, CancellationToken cancel);

    /// <summary>A delivery has ended, in the write that records it.</summary>
    ValueTask Ended(WriteTransaction write, NoticeEnd end, CancellationToken cancel);
}

/// <summary>How a delivery ended.</summary>
public enum NoticeOutcome
{
    /// <summary>The server of the channel took it.</summary>
    Sent,

    /// <summary>Another notice to the same person told of it too.</summary>
    Merged,

    /// <summary>There was nothing to tell any more, or no address.</summary>
    Dropped,

    Cancelled,

    /// <summary>It was refused for good.</summary>
    Refused,

    /// <summary>It was not taken until it was of no use.</summary>
    GivenUp,
}

/// <summary>The end of one delivery.</summary>
public sealed record NoticeEnd(string Delivery, UserId User, string About, NoticeChannel Channel, NoticeOutcome Outcome)
{
    /// <summary>It was cancelled while the attempt was under way, which may have reached the person.</summary>
    public bool WasInFlight { get; init; }
}
