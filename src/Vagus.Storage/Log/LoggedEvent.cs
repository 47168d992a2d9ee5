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

    public required PatientId? Patient { get; init; }

    public required string? Resource { get; init; }

    public required bool Sensitive { get; init; }

    public required DateTimeOffset OccurredAt { get; init; }

    public required string? UserId { get; init; }

    public required string? PortalType { get; init; }

    public required string? CorrelationId { get; init; }

    public required string? TraceParent { get; init; }

    /// <summary>The event's <c>data</c> as UTF-8 JSON.</summary>
    public required byte[] Body { get; init; }
}
