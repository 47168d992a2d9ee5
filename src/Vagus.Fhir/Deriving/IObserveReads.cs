using System.Text.Json;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Deriving;

/// <summary>
/// Makes an event of what a caller is shown, which commits before it is shown; where it cannot, the read is refused. It is asked for every
/// resource that a caller reads by its id: by itself, as a version, as the newest of a history, and by a read inside a batch or
/// transaction. A search is a list and is not asked about, nor is an answer without content.
/// </summary>
public interface IObserveReads
{
    /// <summary>The resource types whose reads it looks at: others are not parsed for it.</summary>
    IReadOnlySet<string> ResourceTypes { get; }

    /// <summary>Whether this read makes an event. Asked before the write that appends it, so it decides by the resource alone.</summary>
    bool IsRecorded(Caller caller, JsonElement resource);

    /// <summary>
    /// The event, or null where the resource as it stands now makes none. Asked within the write that appends it, in which the observer may
    /// write rows of its own.
    /// </summary>
    ValueTask<EventData?> EventOf(ResourceRead read, WriteTransaction write, CancellationToken cancel);
}

/// <summary>
/// One version of a resource that a caller is about to see. <paramref name="Patients"/> are those in whose compartments the resource is
/// now, <paramref name="At"/> is the instant of the write that records it.
/// </summary>
public sealed record ResourceRead(
    Caller Caller, string Type, string Id, long Version, JsonElement Resource, IReadOnlyList<PatientId> Patients, DateTimeOffset At)
{
    /// <summary>The reference that events carry: <c>DiagnosticReport/123/_history/2</c>.</summary>
    public string VersionedReference => $"{Type}/{Id}/_history/{Version}";
}
