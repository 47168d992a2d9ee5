using Vagus.Messaging.Triage;
using Vagus.Messaging.Words;

namespace Vagus.Messaging.Messages;

/// <summary>A message that somebody sends, before it has its place. Its id is made before the turn, which may be taken twice.</summary>
internal sealed record NewMessage(string Id, string Content)
{
    /// <summary>See <see cref="MessageRow.SenderName"/>.</summary>
    public required string SenderName { get; init; }

    public string? RecipientId { get; init; }

    public IReadOnlyList<string> Recipients { get; init; } = [];

    public string? ContextType { get; init; }

    public string? ContextId { get; init; }

    /// <summary>The sender's own id of the message: a second one of it is the first one again.</summary>
    public string? ClientMessageId { get; init; }

    public IReadOnlyList<string> AttachmentIds { get; init; } = [];

    /// <summary>The status that the thread is to have; null: what the rules say.</summary>
    public string? Status { get; init; }

    /// <summary>The last sequence that the author had seen; null where it does not tell.</summary>
    public long? LastSeen { get; init; }

    /// <summary>Who takes part from this message on; null: who did before.</summary>
    public IReadOnlyList<string>? Members { get; init; }

    /// <summary>The author writes for the patient's side of a patient's thread.</summary>
    public bool FromPatient { get; init; }

    /// <summary>The server answers by itself: see <see cref="AutoAnswer"/>.</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>The id of an answer that the server may give to it by itself; made before the turn like the message's own.</summary>
    public string? AnswerId { get; init; }

    /// <summary>In which the server answers: the patient's own, where it is known; null: the tenant's.</summary>
    public Language? Language { get; init; }

    /// <summary>It was taken before and waited for its time: its attachments belong to it, and a draft is of what comes after it.</summary>
    public bool HasWaited { get; init; }

    /// <summary>The canned response that it was written with.</summary>
    public string? CannedId { get; init; }

    /// <summary>What the tenant had set just before the turn; decides of patients' threads only.</summary>
    public MessagingPolicy Policy { get; init; } = MessagingPolicy.Default;

    /// <summary>Who takes the thread over from an assignee who is away; null: nobody has to.</summary>
    public Cover? Cover { get; init; }

    /// <summary>Where the thread that it begins goes; null: the tenant has no rule for it.</summary>
    public Route? Route { get; init; }
}
