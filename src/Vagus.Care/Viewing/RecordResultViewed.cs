using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Care.Viewing;

/// <summary>
/// Records that a person opened a report of the laboratory or of radiology, before it is shown: <c>lab.result.viewed</c>, once a day for
/// each version. A service that reads opens nothing.
/// </summary>
internal sealed class RecordResultViewed : IObserveReads
{
    public IReadOnlySet<string> ResourceTypes { get; } = new HashSet<string> { "DiagnosticReport" };

    public bool IsRecorded(Caller caller, JsonElement resource) =>
        caller.Role != Role.Service && (resource.IsLaboratory() || resource.IsImaging());

    public async ValueTask<EventData?> EventOf(ResourceRead read, WriteTransaction write, CancellationToken cancel) =>
        read.Patients is [var patient, ..] && await Viewings.IsNews(write, read.Caller.User, read.VersionedReference, cancel)
            ? new LabResultViewed(
                patient.Value, read.VersionedReference, read.Id, read.Caller.User.Value, StoredBody.InstantText(read.At))
            : null;
}
