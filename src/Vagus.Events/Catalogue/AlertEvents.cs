namespace Vagus.Events;

/// <summary>Something critical waits for one person, its owner; level 1 is the first that it goes to.</summary>
public sealed record AlertRaised(
    string AlertId,
    string AlertType,
    string Priority,
    int Level,
    string? PatientId = null,
    string? Resource = null,
    string? OwnerId = null,
    string? OwnerRole = null,
    DateTimeOffset? DueAt = null,
    string? SourceEventId = null) : EventData;

/// <summary>A person took notice. The alert still waits for an action.</summary>
public sealed record AlertAcknowledged(
    string AlertId,
    string AlertType,
    string AcknowledgedBy,
    DateTimeOffset AcknowledgedAt,
    string? PatientId = null,
    string? Resource = null,
    DateTimeOffset? DueAt = null) : EventData;

/// <summary>
/// Nobody acted in time, or the owner delegated: somebody else owns the alert now. <c>reason</c> is <c>not_acknowledged</c>,
/// <c>no_action</c> or <c>delegated</c>.
/// </summary>
public sealed record AlertEscalated(
    string AlertId,
    string AlertType,
    int Level,
    string Reason,
    string? PatientId = null,
    string? Resource = null,
    string? PreviousOwnerId = null,
    string? OwnerId = null,
    string? OwnerRole = null,
    DateTimeOffset? DueAt = null) : EventData;

/// <summary>An action was recorded and the alert is over.</summary>
public sealed record AlertResolved(
    string AlertId,
    string AlertType,
    DateTimeOffset ResolvedAt,
    string? ResolvedBy = null,
    string? PatientId = null,
    string? Resource = null,
    string? Action = null) : EventData;
