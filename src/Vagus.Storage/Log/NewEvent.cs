using Vagus.Kernel;

namespace Vagus.Storage.Log;

/// <summary>An event about to be appended. The log adds the tenant, the position and the time of the write.</summary>
public sealed record NewEvent(string EventId, string Type, ReadOnlyMemory<byte> Body)
{
    /// <summary>All patients in whose compartments it is; the first is the CloudEvents subject.</summary>
    public IReadOnlyList<PatientId> Patients { get; init; } = [];

    /// <summary>The one patient it is about, where there are not several.</summary>
    public PatientId? Patient
    {
        init => Patients = value is { } patient ? [patient] : [];
    }

    /// <summary>The resource it is about, with version: <c>DiagnosticReport/123/_history/2</c>.</summary>
    public string? Resource { get; init; }

    /// <summary>The labels of the records that <see cref="Body"/> holds something of.</summary>
    public Sensitivity Labels { get; init; }

    /// <summary>What is told to a caller who may not see all of <see cref="Draws"/>. Null: nothing is.</summary>
    public byte[]? OpenBody { get; init; }

    /// <summary>Who takes part. An event of a thread needs it: without it, nobody sees the event.</summary>
    public EventAudience? Audience { get; init; }

    /// <summary>
    /// The records besides <see cref="Resource"/> that the event holds something of, and that one itself where it is labelled.
    /// </summary>
    public IReadOnlyList<EventDraw> Draws { get; init; } = [];

    /// <summary>Whether the patients may see what it is about. Null where that does not depend on the resource.</summary>
    public bool? Released { get; init; }

    /// <summary>Set when this write took the resource out of somebody's sight: who could see it before.</summary>
    public FormerReach? Narrows { get; init; }

    public string? UserId { get; init; }

    public string? PortalType { get; init; }

    public string? CorrelationId { get; init; }

    /// <summary>
    /// The W3C traceparent of what caused it (Trace Context §3.2: version, 32 digits of the trace id, parent id and flags). All that one
    /// request caused shares the trace, so the trace id is its <see cref="CorrelationId"/>.
    /// </summary>
    public string? Cause
    {
        init => (TraceParent, CorrelationId) = (value, value?.Split('-') is [_, { Length: 32 } id, ..] ? id : null);
    }

    public string? TraceParent { get; init; }
}
