using Vagus.Kernel;
using Vagus.Messaging.Files;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Messages;

/// <summary>A message as a client sends it into a thread.</summary>
internal sealed record MessageRequest(string Content)
{
    public IReadOnlyList<string> AttachmentIds { get; init; } = [];

    public long? LastSeen { get; init; }

    public string? ClientMessageId { get; init; }

    public string? Status { get; init; }

    /// <summary>The canned response that it was written with.</summary>
    public string? CannedId { get; init; }

    /// <summary>It is not to be sent before this instant.</summary>
    public DateTimeOffset? SendAfter { get; init; }

    public static Result<MessageRequest> Read(RequestFields fields)
    {
        var content = fields.TextOrEmpty("content", int.MaxValue);
        var (files, seen, client, status) = (
            fields.Texts("attachmentIds", Attachments.Most), fields.Position("lastSeenSequence"), fields.OptionalText("clientMessageId"),
            fields.OptionalText("status"));
        var (canned, after) = (fields.OptionalText("cannedResponseId"), Instant(fields, "sendAfter"));
        var refused = content.Refusal ?? files.Refusal ?? seen.Refusal ?? client.Refusal ?? status.Refusal ?? canned.Refusal
            ?? after.Refusal;
        if (refused is { } refusal) return refusal;
        if (status.Value is { } named && !ThreadStatus.All.Contains(named)) return FieldRefusals.Wrong("status", "a status");
        return new MessageRequest(content.Value)
        {
            AttachmentIds = files.Value is { } ids ? [.. ids.Distinct(StringComparer.Ordinal)] : [],
            LastSeen = seen.Value,
            ClientMessageId = client.Value,
            Status = status.Value,
            CannedId = canned.Value,
            SendAfter = after.Value,
        };
    }

    /// <summary>An instant, or null where there is none.</summary>
    public static Result<DateTimeOffset?> Instant(RequestFields fields, string name)
    {
        var text = fields.OptionalText(name);
        if (text.Refusal is { } malformed) return malformed;
        if (text.Value is null) return (DateTimeOffset?)null;
        return Instants.Parse(text.Value) is { Year: > 2000 and < 2200 } at
            ? (DateTimeOffset?)at : FieldRefusals.Wrong(name, "an instant such as 2026-11-26T09:00:00Z");
    }

    public Refusal? Refuse() => MessageText.Refuse(Content, mayBeEmpty: AttachmentIds.Count > 0);
}
