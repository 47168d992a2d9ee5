using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Access.Outgoing;

/// <summary>
/// Mails to users, for rooms that do not know accounts. The room that knows their addresses implements it: the sender names the user and
/// the notice, and gives neither an address nor a text.
/// </summary>
public interface ISendNotices
{
    /// <summary>
    /// Puts the mail into the queue, in the write of what causes it: both are committed or neither. Nothing is sent to a user who is
    /// disabled, is a service account, or has not verified the address.
    /// </summary>
    ValueTask Send(WriteTransaction write, UserId user, MailNotice notice, CancellationToken cancel);
}
