using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving;

/// <summary>
/// Medication that may harm this patient: told by a DetectedIssue, or found here, where a prescription and an active allergy
/// name the same RxNorm code, ingredient or class of ingredients (<see cref="Substances"/>). It does not matter which of the two is written
/// last.
/// </summary>
internal sealed class SafetyEvents() : ChangeRule("DetectedIssue", "MedicationRequest", "AllergyIntolerance")
{
    private const int MostImplicated = 10;

    protected override ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel) => change switch
    {
        { Patient: null } or { After: null } => ValueTask.CompletedTask,
        { Type: "DetectedIssue" } => Issue(change, derivation, cancel),
        { Type: "MedicationRequest" } => Prescribed(change, derivation, cancel),
        _ => AllergyAdded(change, derivation, cancel),
    };

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

    private static async ValueTask Prescribed(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (!IsInForce(change.After!.Value)) return;

        var prescription = change.After.Value;
        HashSet<string> codes = [];
        // What it named before was compared then, or when the allergy was found.
        var isOther = await derivation.Decide(async peek =>
        {
            codes = await CodesOf(prescription, peek);
            if (change.SamePatientBefore() is { } before && IsInForce(before)) codes.ExceptWith(await CodesOf(before, peek));
            return codes.Count > 0;
        });
        if (!isOther) return;
        foreach (var allergy in await derivation.OfPatient("AllergyIntolerance", change.Patient!.Value, Contradicts, cancel))
        {
            await derivation.Tell(change, async view =>
            {
                var medication = await Medication.Of(prescription, view, cancel);
                var name = await view.PatientName(change.Patient.Value.Value, cancel);
                var told = view.Draw(allergy) is { } known
                    ? Found(change, prescription, known, medication, name) : Unnamed(change, prescription, medication, name);
                return told with { PrescriberId = await view.Requester(prescription, cancel) };
            });
        }

        ValueTask<bool> Contradicts(JsonElement allergy, RecordView peek) =>
            ValueTask.FromResult(AllergyEvents.IsActive(allergy) && SubstancesOf(allergy).Overlaps(codes));

        async ValueTask<HashSet<string>> CodesOf(JsonElement ordered, RecordView peek) =>
            Substances.Of((await Medication.Of(ordered, peek, cancel)).Codes);
    }

    /// <summary>An order that is given, also where it is on hold: it goes on without being placed again.</summary>
    private static bool IsInForce(JsonElement prescription) => prescription.IsOrder() && prescription.Status() is "active" or "on-hold";

    private static async ValueTask AllergyAdded(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.After is not { } allergy || !AllergyEvents.IsActive(allergy)) return;
        var codes = SubstancesOf(allergy);
        if (change.SamePatientBefore() is { } before && AllergyEvents.IsActive(before)) codes.ExceptWith(SubstancesOf(before));
        if (codes.Count == 0) return;

        // A prescription given by this same transaction finds the allergy by itself.
        var givenNow = derivation.Changes.By(
            "prescriptions given", other => other.Type == "MedicationRequest" && other.Entered(IsInForce) is not null ? [other.Id] : []);
        foreach (var prescription in await derivation.OfPatient("MedicationRequest", change.Patient!.Value, Contradicts, cancel))
        {
            await derivation.Tell(change, async view =>
            {
                if (view.Draw(prescription) is not { } known) return null;
                var medication = await Medication.Of(known, view, cancel);
                var told = Found(change, known, allergy, medication, await view.PatientName(change.Patient.Value.Value, cancel));
                return told with { PrescriberId = await view.Requester(known, cancel) };
            });
        }

        async ValueTask<bool> Contradicts(JsonElement prescription, RecordView peek) =>
            IsInForce(prescription) && !givenNow.Contains(prescription.Id())
            && codes.Overlaps(Substances.Of((await Medication.Of(prescription, peek, cancel)).Codes));
    }

    private static AllergyContraindication Found(
        ResourceChange change, JsonElement prescription, JsonElement allergy, Medication medication, string? name) =>
        new(
            change.Patient!.Value.Value,
            change.VersionedReference,
            [$"MedicationRequest/{prescription.Id()}", $"AllergyIntolerance/{allergy.Id()}"],
            medication.Name,
            medication.Code,
            allergy.Concept("code"),
            allergy.Text("criticality"),
            prescription.Id(),
            name);

    // A hidden allergy still warns: that there is one is told, which one is not.
    private static AllergyContraindication Unnamed(ResourceChange change, JsonElement prescription, Medication medication, string? name) =>
        new(
            change.Patient!.Value.Value,
            change.VersionedReference,
            [$"MedicationRequest/{prescription.Id()}"],
            medication.Name,
            medication.Code,
            PrescriptionId: prescription.Id(),
            PatientName: name);

    private static HashSet<string> SubstancesOf(JsonElement allergy) =>
        Substances.Of(allergy.Codings("code").Concat(allergy.Items("reaction").SelectMany(reaction => reaction.Codings("substance"))));
}
