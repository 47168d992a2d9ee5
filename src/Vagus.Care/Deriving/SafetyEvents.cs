using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving;

/// <summary>
/// Medication that may harm this patient: told by a DetectedIssue, or found here, where a prescription and an active allergy
/// name the same RxNorm code. It does not matter which of the two is written last.
/// </summary>
internal sealed class SafetyEvents : IDeriveEvents
{
    public IReadOnlySet<string> ResourceTypes { get; } = new HashSet<string> { "DetectedIssue", "MedicationRequest", "AllergyIntolerance" };

    public ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel) => change switch
    {
        { Patient: null } or { After: null } => ValueTask.CompletedTask,
        { Type: "DetectedIssue" } => Issue(change, derivation, cancel),
        { Type: "MedicationRequest" } => Prescribed(change, derivation, cancel),
        _ => AllergyAdded(change, derivation, cancel),
    };

    // v3-ActCode: DRG drug interaction alert, ALGY allergy alert. Some senders only write what it is.
    private static string? KindOf(JsonElement issue)
    {
        if (issue.Status() is "cancelled" or "entered-in-error" or "registered") return null;
        if (issue.Codings("code").FirstOrDefault(code => code.Code is "DRG" or "ALGY") is { } coded) return coded.Code;
        if (issue.Codings("code").Any(code => code.System == Systems.ActCode)) return null;
        var words = issue.Concept("code") ?? "";
        if (words.Contains("allergy", StringComparison.OrdinalIgnoreCase)) return "ALGY";
        return words.Contains("drug interaction", StringComparison.OrdinalIgnoreCase) || words.Contains("drug-drug interaction", StringComparison.OrdinalIgnoreCase) ? "DRG" : null;
    }

    private static async ValueTask Issue(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Entered(KindOf) is not { } issue) return;

        var patient = change.Patient!.Value.Value;
        var name = await derivation.PatientName(patient, cancel);
        string[] implicated = [.. issue.References("implicated").Select(reference => reference.ToString())];
        if (KindOf(issue) == "DRG")
        {
            derivation.Emit(change, new DrugInteractionAlert(
                patient, change.VersionedReference, change.Id, implicated, issue.Text("severity"), issue.Text("detail") ?? issue.Concept("code"), name));
            return;
        }

        var prescription = issue.References("implicated").FirstOrDefault(reference => reference.Type == "MedicationRequest");
        var medication = await derivation.Read(prescription, cancel) is { } request ? await Medication.Of(request, derivation, cancel) : null;
        var allergy = issue.References("implicated").FirstOrDefault(reference => reference.Type == "AllergyIntolerance");
        derivation.Emit(change, new AllergyContraindication(
            patient, change.VersionedReference, implicated, medication?.Name, medication?.Code,
            (await derivation.Read(allergy, cancel))?.Concept("code"), issue.Text("severity"), prescription?.Id, name));
    }

    private static async ValueTask Prescribed(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (!OrderEvents.Placed(change, _ => true)) return;

        var medication = await Medication.Of(change.After!.Value, derivation, cancel);
        var codes = RxNorm(medication.Codes);
        if (codes.Count == 0) return;

        foreach (var allergy in await derivation.OfPatient("AllergyIntolerance", change.Patient!.Value, cancel))
        {
            if (!AllergyEvents.IsActive(allergy) || !codes.Overlaps(RxNormOf(allergy))) continue;
            derivation.Emit(change, await Found(change, change.Id, medication, allergy, derivation, cancel));
        }
    }

    private static async ValueTask AllergyAdded(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Entered(AllergyEvents.IsActive) is not { } allergy || RxNormOf(allergy) is not { Count: > 0 } codes) return;

        // A prescription placed by this same transaction finds the allergy by itself.
        var placedNow = derivation.Changes
            .Where(other => other.Type == "MedicationRequest" && OrderEvents.Placed(other, _ => true))
            .Select(other => other.Id)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var prescription in await derivation.OfPatient("MedicationRequest", change.Patient!.Value, cancel))
        {
            if (prescription.Status() != "active" || !prescription.IsOrder() || placedNow.Contains(prescription.Id())) continue;
            var medication = await Medication.Of(prescription, derivation, cancel);
            if (codes.Overlaps(RxNorm(medication.Codes))) derivation.Emit(change, await Found(change, prescription.Id(), medication, allergy, derivation, cancel));
        }
    }

    private static async ValueTask<AllergyContraindication> Found(
        ResourceChange change, string prescriptionId, Medication medication, JsonElement allergy, Derivation derivation, CancellationToken cancel) =>
        new(
            change.Patient!.Value.Value,
            change.VersionedReference,
            [$"MedicationRequest/{prescriptionId}", $"AllergyIntolerance/{allergy.Id()}"],
            medication.Name,
            medication.Code,
            allergy.Concept("code"),
            allergy.Text("criticality"),
            prescriptionId,
            await derivation.PatientName(change.Patient.Value.Value, cancel));

    private static HashSet<string> RxNormOf(JsonElement allergy) =>
        RxNorm(allergy.Codings("code").Concat(allergy.Items("reaction").SelectMany(reaction => reaction.Codings("substance"))));

    private static HashSet<string> RxNorm(IEnumerable<Coding> codes) =>
        codes.Where(code => code.System == Systems.RxNorm).Select(code => code.Code).ToHashSet(StringComparer.Ordinal);
}
