using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Messaging.Files;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Messages;

/// <summary>A message as it is told to whom it is for.</summary>
internal sealed record MessageAnswer
{
    public required string Id { get; init; }

    public string Kind { get; } = "message";

    public required string ThreadId { get; init; }

    public required string SenderId { get; init; }

    public required string SenderRole { get; init; }

    public required string? RecipientId { get; init; }

    /// <summary>Null of a retracted message, and of one whose content cannot be opened.</summary>
    public required string? Content { get; init; }

    public required string? ContextType { get; init; }

    public required string? ContextId { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    public required DateTimeOffset? ReadAt { get; init; }

    public required long Sequence { get; init; }

    public required string Status { get; init; }

    public required string? ClientMessageId { get; init; }

    public required IReadOnlyList<AttachmentAnswer> Attachments { get; init; }
}

/// <summary>Makes answers of rows: opens what is sealed, and looks for attachments.</summary>
internal sealed class MessageAnswers(ThreadSeals seals, Attachments attachments)
{
    public async ValueTask<IReadOnlyList<MessageAnswer>> Of(TenantId tenant, IReadOnlyList<MessageRow> rows, CancellationToken cancel)
    {
        var files = await attachments.Of(tenant, [.. rows.Select(row => row.Id)], cancel);
        var answers = new List<MessageAnswer>(rows.Count);
        foreach (var row in rows) answers.Add(Answer(row, await Content(tenant, row, cancel), [.. files[row.Id]]));
        return answers;
    }

    public async ValueTask<MessageAnswer> Of(TenantId tenant, MessageRow row, CancellationToken cancel) =>
        (await Of(tenant, [row], cancel))[0];

    /// <summary>The same where keys that cannot be had now must stop nothing: the content is missing then.</summary>
    public async ValueTask<MessageAnswer> WithWhatOpens(TenantId tenant, MessageRow row, CancellationToken cancel)
    {
        try
        {
            return await Of(tenant, row, cancel);
        }
        catch (KeysUnavailableException)
        {
            return Answer(row, content: null, []);
        }
    }

    /// <summary>Null of a retracted message, and of one that does not open.</summary>
    public async ValueTask<string?> Content(TenantId tenant, MessageRow row, CancellationToken cancel)
    {
        if (row.IsRetracted) return null;
        return await seals.Open(ThreadSeals.Message(tenant, row.ThreadId, row.Id, row.Sequence), row.SealedContent, cancel);
    }

    private static MessageAnswer Answer(MessageRow row, string? content, IReadOnlyList<AttachmentAnswer> attachments) => new()
    {
        Id = row.Id,
        ThreadId = row.ThreadId,
        SenderId = row.SenderId,
        SenderRole = row.SenderRole,
        RecipientId = row.RecipientId,
        Content = content,
        ContextType = row.ContextType,
        ContextId = row.ContextId,
        SentAt = row.SentAt,
        ReadAt = row.ReadAt,
        Sequence = row.Sequence,
        Status = content is null && !row.IsRetracted ? MessageStatus.Unreadable : row.Status,
        ClientMessageId = row.ClientMessageId,
        Attachments = row.IsRetracted ? [] : attachments,
    };
}
