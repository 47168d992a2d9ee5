using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Access.Outgoing;

/// <summary>
/// Notifications to one person for rooms that keep none: listed, told live, and by the channels that the person has chosen. The room that
/// keeps notifications implements it.
/// </summary>
public interface ITellPeople
{
    /// <summary>In the write of what causes it.</summary>
    /// <param name="write">The write.</param>
    /// <param name="user">The person.</param>
    /// <param name="content">What is told; its id is given by the room that keeps it.</param>
    /// <param name="causedBy">The id of the event that it tells of.</param>
    /// <param name="cancel">Ends the reading.</param>
    ValueTask Tell(WriteTransaction write, UserId user, NotificationSent content, string causedBy, CancellationToken cancel);
}
