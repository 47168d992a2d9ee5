using System.Text.Json;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Indexing;
using Vagus.Fhir.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>Records that a person opened a laboratory report, before it is shown: <c>lab.result.viewed</c>. A service that reads opens nothing.</summary>
internal sealed class ResultOpened(FhirWrites writes, TimeProvider clock)
{
    private static readonly CompartmentReader Compartments = new(serverBase: null);
    private static readonly string[] LabCategories = ["LAB", "laboratory", "CH", "HM", "MB", "CP", "SP", "IMM", "SR", "TX"];

    public async ValueTask<Refusal?> Tell(Caller caller, StoredResource stored, CancellationToken cancel)
    {
        if (stored.Type != "DiagnosticReport" || caller.Role == Role.Service) return null;
        var report = StoredBody.Read(stored.Body);
        if (!IsLab(report) || Compartments.Patients(report, stored.Type) is not [var patient, ..] patients) return null;

        var about = new ResourceChange(stored.Type, stored.Id, stored.Version, report, report)
        {
            Patients = [.. patients.Select(id => new PatientId(id))],
            Sensitive = SecurityLabels.AreSensitive(report),
            Released = ReleaseToPatient.Allows(report, stored.Type),
        };
        var viewed = new LabResultViewed(patient, about.VersionedReference, stored.Id, caller.User.Value, BodyTemplate.Text(clock.GetUtcNow()));
        var told = await writes.Tell(caller, about, viewed, cancel);
        return told.Refusal;
    }

    private static bool IsLab(JsonElement report)
    {
        if (!report.TryGetProperty("category", out var categories)) return false;
        return categories.EnumerateArray()
            .Where(category => category.TryGetProperty("coding", out _))
            .SelectMany(category => category.GetProperty("coding").EnumerateArray())
            .Any(coding => coding.TryGetProperty("code", out var code) && LabCategories.Contains(code.GetString(), StringComparer.Ordinal));
    }
}
