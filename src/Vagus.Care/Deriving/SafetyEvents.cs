using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving;

/// <summary>
/// Medication that may harm this patient, told by a DetectedIssue. What is found without one is told by <see cref="ContradictionEvents"/>.
/// </summary>
internal sealed class SafetyEvents() : ChangeRule("DetectedIssue")
{
    private const int MostImplicated = 10;

    protected override ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel) =>
        change is { Patient: null } or { After: null } ? ValueTask.CompletedTask : Issue(change, derivation, cancel);

    // v3-ActCode: DRG drug interaction alert, ALGY allergy alert. Some senders only write what it is.
    public static string? KindOf(JsonElement issue)
    {
        if (issue.Status() is "cancelled" or "entered-in-error" or "registered") return null;
        if (issue.Codings("code").FirstOrDefault(code => code.Code is "DRG" or "ALGY") is { } coded) return coded.Code;
        if (issue.Codings("code").Any(code => code.System == Systems.ActCode)) return null;
        var words = issue.Concept("code") ?? "";
        if (words.Contains("allergy", StringComparison.OrdinalIgnoreCase)) return "ALGY";
        return words.Contains("drug interaction", StringComparison.OrdinalIgnoreCase)
            || words.Contains("drug-drug interaction", StringComparison.OrdinalIgnoreCase) ? "DRG" : null;
    }

    /// <summary>An issue that became severe is told again.</summary>
    private static string? GraveKind(JsonElement issue) => issue.Text("severity") == "high" ? KindOf(issue) : null;

    private static async ValueTask Issue(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if ((change.Entered(KindOf) ?? change.Entered(GraveKind)) is not { } issue) return;

        if (KindOf(issue) == "DRG") await derivation.Tell(change, async view => await Interaction(change, issue, view, cancel));
        else await derivation.Tell(change, async view => await Contraindication(change, issue, view, cancel));
    }

    private static async ValueTask<DrugInteractionAlert> Interaction(
        ResourceChange change, JsonElement issue, RecordView view, CancellationToken cancel)
    {
        var patient = change.Patient!.Value.Value;
        return new(
            patient, change.VersionedReference, change.Id, Implicated(issue), issue.Text("severity"),
            issue.Text("detail") ?? issue.Concept("code"), await view.PatientName(patient, cancel), await Prescriber(issue, view, cancel));
    }

    /// <summary>Who wrote the newest of the prescriptions that an issue is about.</summary>
    private static async ValueTask<string?> Prescriber(JsonElement issue, RecordView view, CancellationToken cancel)
    {
        string? prescriber = null;
        var newest = "";
        foreach (var reference in issue.References("implicated").Where(each => each.Type == "MedicationRequest").Take(MostImplicated))
        {
            if (await view.Read(reference, cancel) is not { } request) continue;
            if (await view.Requester(request, cancel) is not { } requester) continue;
            var authored = request.Text("authoredOn") ?? "";
            if (prescriber is null || string.CompareOrdinal(authored, newest) > 0) (prescriber, newest) = (requester, authored);
        }

        return prescriber;
    }

    private static async ValueTask<AllergyContraindication> Contraindication(
        ResourceChange change, JsonElement issue, RecordView view, CancellationToken cancel)
    {
        var patient = change.Patient!.Value.Value;
        var prescription = issue.References("implicated").FirstOrDefault(reference => reference.Type == "MedicationRequest");
        var medication = await view.Read(prescription, cancel) is { } request ? await Medication.Of(request, view, cancel) : null;
        var allergy = issue.References("implicated").FirstOrDefault(reference => reference.Type == "AllergyIntolerance");
        return new(
            patient, change.VersionedReference, Implicated(issue), medication?.Name, medication?.Code,
            (await view.Read(allergy, cancel))?.Concept("code"), issue.Text("severity"), prescription?.Id,
            await view.PatientName(patient, cancel), await Prescriber(issue, view, cancel));
    }

    private static string[] Implicated(JsonElement issue) => [.. issue.References("implicated").Select(reference => reference.ToString())];
}
