using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Kernel;

namespace Vagus.Care.Deriving;

/// <summary>A person opened a laboratory result. The audit trail is the only place that knows of readings.</summary>
internal sealed class ViewingEvents : IDeriveEvents
{
    /// <summary>Opening a result names one report; an entry that lists more is a worklist, and its first ones suffice.</summary>
    private const int MostReports = 20;

    public IReadOnlySet<string> ResourceTypes { get; } = new HashSet<string> { "AuditEvent" };

    public async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Entered(IsReading) is not { } entry || Reader(entry, derivation.Caller) is not { } reader) return;

        var reports = entry.Items("entity").SelectMany(entity => entity.References("what")).Where(what => what.Type == "DiagnosticReport");
        foreach (var reference in reports.Distinct().Take(MostReports))
        {
            await derivation.Tell(change, async view =>
            {
                if (await view.Read(reference, cancel) is not { } report || !report.IsLaboratory() || report.PatientIn("subject") is not { } patient) return null;
                var version = await view.VersionOf(reference.Type, reference.Id, cancel);
                return new Told(new LabResultViewed(patient.Value, version!, reference.Id, reader, entry.Text("recorded")), patient);
            });
        }
    }

    // Outcome 0 is success; a refused reading was none.
    private static bool IsReading(JsonElement entry) => entry.Text("action") == "R" && entry.Text("outcome") is (null or "0");

    /// <summary>The person who asked, by literal reference or, for a user without a resource, by the identifier of the sign-in. A service is nobody who read.</summary>
    private static string? Reader(JsonElement entry, Caller caller)
    {
        var requestor = entry.Items("agent").FirstOrDefault(agent => agent.Is("requestor"));
        if (requestor.Reference("who") is { } who) return who.Type is "Practitioner" or "PractitionerRole" or "Patient" or "RelatedPerson" ? who.Id : null;
        return caller.Role is Role.Service ? null : requestor.Child("who")?.Child("identifier")?.Text("value");
    }
}
