using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving;

/// <summary>A person opened a laboratory result. The audit trail is the only place that knows of readings.</summary>
internal sealed class ViewingEvents : IDeriveEvents
{
    /// <summary>Opening a result names one report; an entry that lists more is a worklist, and its first ones suffice.</summary>
    private const int MostReports = 20;

    public IReadOnlySet<string> ResourceTypes { get; } = new HashSet<string> { "AuditEvent" };

    public async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Entered(IsReading) is not { } entry || Reader(entry) is not { } reader) return;

        var reports = entry.Items("entity").SelectMany(entity => entity.References("what")).Where(what => what.Type == "DiagnosticReport");
        foreach (var reference in reports.Distinct().Take(MostReports))
        {
            if (await derivation.Read(reference, cancel) is not { } report || !report.IsLaboratory()) continue;
            if (report.PatientIn("subject") is not { } patient) continue;

            derivation.Emit(
                change with { Patient = patient },
                new LabResultViewed(patient.Value, report.VersionedReference(), reference.Id, reader.Id, entry.Text("recorded")));
        }
    }

    // Outcome 0 is success; a refused reading was none.
    private static bool IsReading(JsonElement entry) => entry.Text("action") == "R" && entry.Text("outcome") is (null or "0");

    private static FhirReference? Reader(JsonElement entry) =>
        entry.Items("agent")
            .Where(agent => agent.Is("requestor"))
            .Select(agent => agent.Reference("who"))
            .FirstOrDefault(who => who is { Type: "Practitioner" or "PractitionerRole" or "Patient" or "RelatedPerson" });
}
