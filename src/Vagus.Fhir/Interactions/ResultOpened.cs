using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Http;
using Vagus.Fhir.Indexing;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// Records that a person opened a laboratory report, before it is shown: <c>lab.result.viewed</c>, for every read of one instance. A
/// search is a list and opens nothing; nor does a service that reads, or a HEAD, which shows no content.
/// </summary>
internal sealed class ResultOpened(FhirWrites writes, Database database, TimeProvider clock)
{
    private static readonly string[] LabCategories = ["LAB", "laboratory", "CH", "HM", "MB", "CP", "SP", "IMM", "SR", "TX"];

    /// <summary>In a write of its own; the answer waits for its commit.</summary>
    public async ValueTask<Refusal?> Tell(FhirRequest request, StoredResource stored, CancellationToken cancel)
    {
        if (await Opening(request, stored, database, cancel) is not var (about, viewed)) return null;
        return (await writes.Tell(request.Caller, about, viewed, cancel)).Refusal;
    }

    /// <summary>Within a transaction that reads: with it, or not at all.</summary>
    public async ValueTask Tell(
        FhirRequest request, StoredResource stored, WriteTransaction write, ResourceWriter writer, CancellationToken cancel)
    {
        if (await Opening(request, stored, write, cancel) is var (about, viewed)) await writer.Tell(about, viewed, cancel);
    }

    private async ValueTask<(ResourceChange About, LabResultViewed Viewed)?> Opening(
        FhirRequest request, StoredResource stored, IRunQueries queries, CancellationToken cancel)
    {
        if (stored.Type != "DiagnosticReport" || request.Caller.Role == Role.Service) return null;
        if (HttpMethods.IsHead(request.Http.Request.Method)) return null;
        var report = OwnReferences.Read(stored.Body, request.Own);
        if (!IsLab(report) || await PatientsOf(request, stored, report, queries, cancel) is not [var patient, ..] patients) return null;

        var about = new ResourceChange(stored.Type, stored.Id, stored.Version, report, report)
        {
            Patients = [.. patients.Select(id => new PatientId(id))],
            Sensitive = SecurityLabels.AreSensitive(report),
            Released = ReleaseToPatient.Allows(report, stored.Type),
        };
        var at = BodyTemplate.Text(clock.GetUtcNow());
        return (about, new LabResultViewed(patient, about.VersionedReference, stored.Id, request.Caller.User.Value, at));
    }

    // The report may have come by an address that this request does not know; the compartments say what was found when it was written.
    private static async ValueTask<IReadOnlyList<string>> PatientsOf(
        FhirRequest request, StoredResource stored, JsonElement report, IRunQueries queries, CancellationToken cancel) =>
        new CompartmentReader(request.Own).Patients(report, stored.Type) is { Count: > 0 } patients
            ? patients
            : await IndexRows.PatientsOf(queries, request.Reach.Tenant, stored.Rid, cancel);

    private static bool IsLab(JsonElement report)
    {
        if (!report.TryGetProperty("category", out var categories)) return false;
        return categories.EnumerateArray()
            .Where(category => category.TryGetProperty("coding", out _))
            .SelectMany(category => category.GetProperty("coding").EnumerateArray())
            .Any(coding => coding.TryGetProperty("code", out var code) && LabCategories.Contains(code.GetString(), StringComparer.Ordinal));
    }
}
