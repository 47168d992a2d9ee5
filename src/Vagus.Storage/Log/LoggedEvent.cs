using Vagus.Events;
using Vagus.Kernel;

namespace Vagus.Storage.Log;

/// <summary>One row of a tenant's log: an immutable fact with its place in the order.</summary>
public sealed record LoggedEvent
{
    public required TenantId Tenant { get; init; }

    /// <summary>Gapless within the tenant, from 1; commit order. Clients see it as <c>sequence</c>.</summary>
    public required long Position { get; init; }

    public required string EventId { get; init; }

    public required string Type { get; init; }

    /// <summary>All patients in whose compartments it is; the first is the CloudEvents subject.</summary>
    public required IReadOnlyList<PatientId> Patients { get; init; }

    public PatientId? Patient => Patients.Count == 0 ? null : Patients[0];

    public required string? Resource { get; init; }

    /// <summary>The labels of the records that <see cref="Body"/> holds something of.</summary>
    public required Sensitivity Labels { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public required string? UserId { get; init; }

    public required string? PortalType { get; init; }

    public required string? CorrelationId { get; init; }

    public required string? TraceParent { get; init; }

    /// <summary>The event's <c>data</c> as UTF-8 JSON.</summary>
    public required byte[] Body { get; init; }

    /// <inheritdoc cref="NewEvent.OpenBody"/>
    public byte[]? OpenBody { get; init; }

    /// <inheritdoc cref="NewEvent.Audience"/>
    public EventAudience? Audience { get; init; }

    /// <inheritdoc cref="NewEvent.Draws"/>
    public IReadOnlyList<EventDraw> Draws { get; init; } = [];

    /// <inheritdoc cref="NewEvent.Released"/>
    public bool? Released { get; init; }

    /// <inheritdoc cref="NewEvent.Narrows"/>
    public FormerReach? Narrows { get; init; }

    /// <summary>The log's <see cref="LogExtent.NarrowedAt"/> at the moment of the reading.</summary>
    public long NarrowedAt { get; init; }

    /// <summary>As other systems get it.</summary>
    /// <param name="source">The CloudEvents source.</param>
    /// <param name="data"><see cref="Body"/>, <see cref="OpenBody"/>, or what else of it may be shown.</param>
    public CloudEvent ToCloudEvent(string source, ReadOnlyMemory<byte> data) => new(EventId, Type, source, OccurredAt, data)
    {
        Subject = Patient is { } patient ? CloudEvent.SubjectOf(patient.Value) : null,
        TenantId = Tenant.Value,
        UserId = UserId,
        PortalType = PortalType,
        CorrelationId = CorrelationId,
        TraceParent = TraceParent,
        Sequence = Position,
    };
}
