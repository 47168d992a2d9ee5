using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;

namespace Vagus.Care.Viewing;

/// <summary>
/// Records that a person opened a laboratory report, before it is shown: <c>lab.result.viewed</c>. A service that reads opens nothing.
/// </summary>
internal sealed class RecordResultViewed : IObserveReads
{
    public IReadOnlySet<string> ResourceTypes { get; } = new HashSet<string> { "DiagnosticReport" };

    public bool IsRecorded(Caller caller, JsonElement resource) => caller.Role != Role.Service && resource.IsLaboratory();

    public EventData? EventOf(ResourceRead read) => read.Patients is [var patient, ..]
        ? new LabResultViewed(
            patient.Value, read.VersionedReference, read.Id, read.Caller.User.Value, StoredBody.InstantText(read.At))
        : null;
}
