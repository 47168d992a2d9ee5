namespace Vagus.Events;

// Events of messaging never hold content: it is encrypted at rest, and a reader's gateway decrypts it for that reader.
// Participants are names: user ids, Patient/1 for a patient and its proxies, role:pharmacy for a pool. Who is not staff sees an event only
// when it takes part under one of them.

/// <summary>A conversation began; <c>kind</c> is <c>patient</c>, <c>direct</c> or <c>staff</c>.</summary>
public sealed record ThreadCreated(
    string ThreadId,
    string Kind,
    string Status,
    IReadOnlyList<string> ParticipantIds,
    string? PatientId = null,
    string? Category = null,
    string? Priority = null,
    string? AssignedTo = null,
    string? CreatedBy = null) : EventData;

/// <summary>A thread was assigned, prioritised, categorised or moved on; <c>changed</c> names the fields that differ.</summary>
public sealed record ThreadUpdated(
    string ThreadId,
    string Kind,
    string Status,
    IReadOnlyList<string> ParticipantIds,
    IReadOnlyList<string> Changed,
    string? PatientId = null,
    string? Category = null,
    string? Priority = null,
    string? AssignedTo = null,
    string? UpdatedBy = null) : EventData;

/// <summary>A thread is done with.</summary>
public sealed record ThreadClosed(
    string ThreadId,
    string Kind,
    IReadOnlyList<string> ParticipantIds,
    string? PatientId = null,
    string? ClosedBy = null) : EventData;

/// <summary>A closed thread goes on: staff reopened it or the patient wrote.</summary>
public sealed record ThreadReopened(
    string ThreadId,
    string Kind,
    string Status,
    IReadOnlyList<string> ParticipantIds,
    string? PatientId = null,
    string? ReopenedBy = null) : EventData;

/// <summary>A message was stored; <c>number</c> is its place in the thread, starting at 1.</summary>
public sealed record MessageSent(
    string MessageId,
    string ThreadId,
    string Kind,
    long Number,
    string SenderId,
    string SenderRole,
    DateTimeOffset SentAt,
    IReadOnlyList<string> ParticipantIds,
    string? RecipientId = null,
    string? PatientId = null,
    string? ContextType = null,
    string? ContextId = null,
    string? Resource = null,
    string? ClientMessageId = null) : EventData;

/// <summary>A participant has read a thread up to and including <c>messageId</c>.</summary>
public sealed record MessageRead(
    string MessageId,
    string ThreadId,
    string Kind,
    long Number,
    string ReaderId,
    DateTimeOffset ReadAt,
    IReadOnlyList<string> ParticipantIds,
    string? PatientId = null) : EventData;

/// <summary>A message was taken back by its sender; its content is no longer shown.</summary>
public sealed record MessageRetracted(
    string MessageId,
    string ThreadId,
    string Kind,
    long Number,
    string RetractedBy,
    DateTimeOffset RetractedAt,
    IReadOnlyList<string> ParticipantIds,
    string? PatientId = null,
    string? Resource = null) : EventData;

/// <summary>Staff wrote an internal note. No patient surface may carry this event.</summary>
public sealed record NoteAdded(
    string NoteId,
    string ThreadId,
    string AuthorId,
    DateTimeOffset AddedAt,
    string? PatientId = null,
    IReadOnlyList<string>? MentionedIds = null) : EventData;
