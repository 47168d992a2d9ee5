using Vagus.Kernel;

namespace Vagus.Storage.Log;

/// <summary>An event about to be appended. The log adds the tenant, the position and the time of the write.</summary>
public sealed record NewEvent(string EventId, string Type, ReadOnlyMemory<byte> Body)
{
    public PatientId? Patient { get; init; }

    /// <summary>The resource it is about, with version: <c>DiagnosticReport/123/_history/2</c>.</summary>
    public string? Resource { get; init; }

    /// <summary>True when the record carries a label that only callers with the permission may see.</summary>
    public bool Sensitive { get; init; }

    public string? UserId { get; init; }

    public string? PortalType { get; init; }

    public string? CorrelationId { get; init; }

    public string? TraceParent { get; init; }
}
