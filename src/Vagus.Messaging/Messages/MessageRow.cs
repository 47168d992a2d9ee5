using System.Data.Common;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Messages;

/// <summary>A message as its row tells of it; its content is sealed.</summary>
internal sealed record MessageRow
{
    public required string ThreadId { get; init; }

    /// <summary>Its place in the thread, from 1, without holes.</summary>
    public required long Sequence { get; init; }

    public required string Id { get; init; }

    public required string SenderId { get; init; }

    public required string SenderRole { get; init; }

    /// <summary>
    /// The sender as FHIR refers to it: <c>Practitioner/1</c>, <c>Patient/1</c>, or <c>user:u-1</c> for who has no record.
    /// </summary>
    public required string SenderName { get; init; }

    /// <summary>Whom it was sent to, where that is one person or pool: a user's id, or the pool's name.</summary>
    public string? RecipientId { get; init; }

    /// <summary>Whom it was sent to, as FHIR refers to them.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    /// <summary>When somebody of the other side first had read it.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    public string Status { get; init; } = MessageStatus.Sent;

    public string? ClientMessageId { get; init; }

    public string? ContextType { get; init; }

    public string? ContextId { get; init; }

    public required byte[] SealedContent { get; init; }

    public bool IsRetracted => Status == MessageStatus.Retracted;

    public const string Columns = """
        g.thread_id, g.sequence, g.message_id, g.sender_id, g.sender_role, g.sender_name, g.recipient_id, g.recipients, g.sent_at,
          g.read_at, g.status, g.client_message_id, g.context_type, g.context_id, g.sealed_content
        """;

    public static MessageRow Read(DbDataReader row) => new()
    {
        ThreadId = row.GetString(0),
        Sequence = row.GetInt64(1),
        Id = row.GetString(2),
        SenderId = row.GetString(3),
        SenderRole = row.GetString(4),
        SenderName = row.GetString(5),
        RecipientId = row.IsDBNull(6) ? null : row.GetString(6),
        Recipients = row.GetString(7).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        SentAt = Instant.FromMicroseconds(row.GetInt64(8)),
        ReadAt = row.IsDBNull(9) ? null : Instant.FromMicroseconds(row.GetInt64(9)),
        Status = row.GetString(10),
        ClientMessageId = row.IsDBNull(11) ? null : row.GetString(11),
        ContextType = row.IsDBNull(12) ? null : row.GetString(12),
        ContextId = row.IsDBNull(13) ? null : row.GetString(13),
        SealedContent = (byte[])row.GetValue(14),
    };

    public static readonly InsertInto Rows = new(
        "messaging_message",
        ("tenant_id", ColumnType.Text), ("thread_id", ColumnType.Text), ("sequence", ColumnType.BigInt), ("message_id", ColumnType.Text),
        ("sender_id", ColumnType.Text), ("sender_role", ColumnType.Text), ("sender_name", ColumnType.Text),
        ("recipient_id", ColumnType.Text), ("recipients", ColumnType.Text), ("sent_at", ColumnType.BigInt), ("read_at", ColumnType.BigInt),
        ("status", ColumnType.Text), ("sealed_reason", ColumnType.Bytes), ("client_message_id", ColumnType.Text),
        ("context_type", ColumnType.Text), ("context_id", ColumnType.Text), ("sealed_content", ColumnType.Bytes));
}

/// <summary>What became of a message, as clients read it.</summary>
internal static class MessageStatus
{
    public const string Sent = "sent";

    /// <summary>Taken back by its sender: its content is shown no more.</summary>
    public const string Retracted = "retracted";

    /// <summary>Told to readers where the content does not open; no row has it.</summary>
    public const string Unreadable = "unreadable";
}
