using System.Text.Json;
using Vagus.Fhir.Deriving;
using Vagus.Kernel;

namespace Vagus.Care.Deriving.Reading;

/// <summary>What a rule finds out by following references: names, and who ordered something.</summary>
internal static class Lookups
{
    public static async ValueTask<JsonElement?> Read(this RecordView view, FhirReference? reference, CancellationToken cancel) =>
        reference is null ? null : await view.Read(reference.Type, reference.Id, cancel);

    public static async ValueTask<string?> PatientName(this RecordView view, string? patientId, CancellationToken cancel) =>
        patientId is null ? null : NameOf(await view.Read("Patient", patientId, cancel));

    /// <summary>The display of a reference, else the name of what it points at.</summary>
    public static async ValueTask<string?> NameOf(this RecordView view, JsonElement reference, CancellationToken cancel) =>
        reference.Text("display") ?? NameOf(await view.Read(FhirReference.Of(reference), cancel));

    /// <summary>The name in use of a person, or the plain name of a place or an organization.</summary>
    public static string? NameOf(JsonElement? resource)
    {
        if (resource is not { } named) return null;
        if (named.Text("name") is { } plain) return plain;

        var names = named.Items("name").Where(name => name.Text("use") is not ("old" or "maiden")).ToList();
        var best = names.Find(name => name.Text("use") is "official" or "usual");
        return best.ValueKind == JsonValueKind.Object ? Spell(best) : names.Select(Spell).FirstOrDefault();
    }

    /// <summary>
    /// The practitioner whom a result is for: the requester of the order it is based on, else the requester that a report of
    /// the same transaction leads to, else the practitioner of the encounter. Null when the record does not tell.
    /// </summary>
    public static async ValueTask<string?> OrderingProvider(this RecordView view, JsonElement result, CancellationToken cancel)
    {
        if (await view.Requester(result, cancel) is { } requester) return requester;
        if (ReportOf(view, result) is { } report && await view.Requester(report, cancel) is { } reported) return reported;
        if (await view.Read(result.Reference("encounter"), cancel) is not { } encounter) return null;
        return EncounterProvider(encounter);
    }

    /// <summary>The practitioner who asked for this order, or for the order that this result is based on.</summary>
    public static async ValueTask<string?> Requester(this RecordView view, JsonElement resource, CancellationToken cancel)
    {
        if (resource.Reference("requester") is { } direct) return await view.Practitioner(direct, cancel);
        if (resource.References("basedOn").FirstOrDefault(order => order.Type == "ServiceRequest") is not { } order) return null;
        return await view.Read(order, cancel) is { } request && request.Reference("requester") is { } asked
            ? await view.Practitioner(asked, cancel)
            : null;
    }

    /// <summary>The attending or primary performer of an encounter, else its first practitioner.</summary>
    public static string? EncounterProvider(JsonElement encounter)
    {
        var people = encounter.Items("participant").Where(person => person.ReferenceTo("individual", "Practitioner") is not null).ToList();
        var lead = people.Find(person => person.Codings("type").Any(type => type.Code is "ATND" or "PPRF"));
        return (lead.ValueKind == JsonValueKind.Object ? lead : people.FirstOrDefault()).ReferenceTo("individual", "Practitioner");
    }

    /// <summary>The id of a practitioner, also when the reference is to a role.</summary>
    public static async ValueTask<string?> Practitioner(this RecordView view, FhirReference person, CancellationToken cancel)
    {
        if (person.Type == "Practitioner") return person.Id;
        if (person.Type != "PractitionerRole") return null;
        return (await view.Read(person, cancel))?.ReferenceTo("practitioner", "Practitioner");
    }

    public static PatientId? PatientIn(this JsonElement resource, string element) =>
        resource.ReferenceTo(element, "Patient") is { } id ? new PatientId(id) : null;

    private static JsonElement? ReportOf(RecordView view, JsonElement observation)
    {
        if (observation.Text("resourceType") != "Observation") return null;
        foreach (var report in view.Changes.By("reports by result", ResultsOf)[observation.Id()])
        {
            if (view.Draw(report) is { } drawn) return drawn;
        }

        return null;
    }

    private static IEnumerable<string> ResultsOf(ResourceChange change) => change is { Type: "DiagnosticReport", After: { } report }
        ? report.References("result").Where(result => result.Type == "Observation").Select(result => result.Id).Distinct()
        : [];

    private static string? Spell(JsonElement name)
    {
        if (name.Text("text") is { } text) return text;
        var given = name.Child("given") is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(part => part.ValueKind == JsonValueKind.String).Select(part => part.GetString())
            : [];
        var spelled = string.Join(' ', given.Append(name.Text("family")).Where(part => !string.IsNullOrEmpty(part)));
        return spelled.Length > 0 ? spelled : null;
    }
}
