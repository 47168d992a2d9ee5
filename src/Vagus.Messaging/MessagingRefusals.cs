using System.Globalization;
using Vagus.Kernel;

namespace Vagus.Messaging;

/// <summary>The refusals of this room. The codes are part of the contract; the messages may improve.</summary>
internal static class MessagingRefusals
{
    // 404, not 403: an outsider must not learn that the thread exists.
    public static readonly Refusal NoThread = new(RefusalKind.NotFound, "not_found", "There is no such thread.");
    public static readonly Refusal Erasing = new(
        RefusalKind.Unavailable, "thread_ends", "The thread with this recipient is being erased. Another one can be begun in a moment.");

    public static readonly Refusal NoMessage = new(RefusalKind.NotFound, "not_found", "There is no such message.");
    public static readonly Refusal NoRecipient = new(RefusalKind.NotFound, "not_found", "There is no recipient with this id.");
    public static readonly Refusal NoPatient = new(RefusalKind.NotFound, "not_found", "There is no such patient.");
    public static readonly Refusal NoCanned = new(RefusalKind.NotFound, "not_found", "There is no such canned response.");
    public static readonly Refusal NoHeld = new(RefusalKind.NotFound, "not_found", "There is no message that waits under this id.");
    public static readonly Refusal NoHold = new(RefusalKind.NotFound, "not_found", "There is no such legal hold on this thread.");
    public static readonly Refusal NoAttachment = new(RefusalKind.NotFound, "not_found", "There is no such attachment.");
    public static readonly Refusal TooLong = new(RefusalKind.TooLarge, "too_long", "A message has at most 5,000 characters.");
    public static readonly Refusal BodyTooLarge = new(RefusalKind.TooLarge, "too_long", "The body has more than 64 KiB.");
    public static readonly Refusal Empty = new(RefusalKind.Invalid, "invalid", "A message has a text or an attachment.");
    public static readonly Refusal BrokenText = new(RefusalKind.Invalid, "invalid", "A text holds U+0000 or half of a surrogate pair.");
    public static readonly Refusal NoJson = new(RefusalKind.Invalid, "invalid", "Send one JSON object.");
    public static readonly Refusal ToWhom = new(RefusalKind.Invalid, "invalid", "Name either recipientId or threadId.");
    public static readonly Refusal ToOneself = new(RefusalKind.Invalid, "invalid", "A message goes to somebody else.");

    public static readonly Refusal WrongContext = new(
        RefusalKind.Invalid, "invalid", "A context has a type (prescription, delivery, appointment, result) and an id.");

    public static readonly Refusal Taken = new(
        RefusalKind.Conflict, "conflict", "Somebody else has answered and taken this thread. Assign it to yourself to go on with it.");

    public static readonly Refusal OtherMessage = new(
        RefusalKind.Conflict, "conflict", "This clientMessageId was used for a message of another thread.");

    public static readonly Refusal StaleVersion = new(
        RefusalKind.Conflict, "stale_version", "The thread was changed by somebody else meanwhile. Load it again.");

    public static readonly Refusal AttachmentUnusable = new(
        RefusalKind.Unprocessable, "attachment_unusable", "An attachment is not yours, belongs to another message, or was quarantined.");

    public static readonly Refusal NotAssignable = new(
        RefusalKind.Unprocessable, "not_assignable", "The thread can be assigned to staff who may see it.");

    public static readonly Refusal FixedParticipants = new(
        RefusalKind.Conflict, "fixed_participants", "Who takes part is chosen in threads among staff only.");

    public static readonly Refusal LastParticipant = new(
        RefusalKind.Conflict, "last_participant", "Somebody stays in a thread. Close it instead.");

    public static readonly Refusal NoSearch = new(
        RefusalKind.Invalid, "not_supported", "Texts of threads are sealed, and this organization has not allowed a search in them.");

    public static readonly Refusal Unfilled = new(
        RefusalKind.Unprocessable, "unfilled_placeholder", "The text holds a placeholder in braces or square brackets that is to be filled.");

    public static readonly Refusal NotYours = new(RefusalKind.Forbidden, "forbidden", "Only who sent a message may retract it.");

    public static readonly Refusal Unreadable = new(
        RefusalKind.Unavailable, "message_unreadable", "The content of this message cannot be shown. The operator has been told.");

    /// <param name="wait">Until the next message may be sent.</param>
    public static Refusal TooFast(TimeSpan wait) => new(
        RefusalKind.TooMany, "rate_limited", "Too many messages in a short time. Wait a moment.")
    {
        Details = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Refusal.RetryAfter] = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture),
        },
    };
}
