using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Kernel;

namespace Vagus.Care.Deriving;

/// <summary>The contradictions of one transaction, each told once.</summary>
internal sealed class Contradictions(Derivation derivation)
{
    private const string Allergy = "AllergyIntolerance";

    private readonly HashSet<(string Medication, string Allergy)> told = [];

    /// <summary>A prescription or a statement came into force, or names something else.</summary>
    public async ValueTask Ordered(ResourceChange change, CancellationToken cancel)
    {
        if (change is not { Patient: { } patient, After: { } ordered } || !MedicationInForce.IsInForce(ordered)) return;

        HashSet<string> codes = [];
        // What it named before was compared then, or when the allergy was found.
        var isOther = await derivation.Decide(async peek =>
        {
            codes = await CodesOf(ordered, peek, cancel);
            if (change.SamePatientBefore() is { } before && MedicationInForce.IsInForce(before))
                codes.ExceptWith(await CodesOf(before, peek, cancel));
            return codes.Count > 0;
        });
        if (!isOther) return;
        foreach (var allergy in await AllergiesTo(patient, codes, $"{change.Type}/{change.Id}", cancel))
            await Tell(change, patient, view => ValueTask.FromResult<JsonElement?>(ordered), allergy, cancel);
    }

    /// <summary>A Medication has another code: what refers to it names something else now.</summary>
    public async ValueTask Renamed(ResourceChange change, CancellationToken cancel)
    {
        if (change is not { Before: { } before, After: { } after }) return;
        var codes = Substances.Of(after.Codings("code"));
        codes.ExceptWith(Substances.Of(before.Codings("code")));
        if (codes.Count == 0) return;

        foreach (var type in MedicationInForce.Types)
        {
            var patients = new Dictionary<string, PatientId>(StringComparer.Ordinal);
            ValueTask<bool> Chooses(JsonElement ordered, RecordView peek)
            {
                if (!MedicationInForce.IsInForce(ordered) || ordered.PatientIn("subject") is not { } patient) return new(false);
                patients[ordered.Id()] = patient;
                return new(true);
            }

            foreach (var ordered in await derivation.Referring(type, "medication", change, Chooses, cancel))
            {
                var patient = patients[ordered.Id];
                foreach (var allergy in await AllergiesTo(patient, codes, ordered.Reference, cancel))
                    await Tell(change, patient, view => ValueTask.FromResult(view.Draw(ordered)), allergy, cancel);
            }
        }
    }

    public async ValueTask AllergyAdded(ResourceChange change, CancellationToken cancel)
    {
        if (change is not { Patient: { } patient, After: { } allergy } || !AllergyEvents.IsActive(allergy)) return;
        var codes = SubstancesOf(allergy);
        if (change.SamePatientBefore() is { } before && AllergyEvents.IsActive(before)) codes.ExceptWith(SubstancesOf(before));
        if (codes.Count == 0) return;

        async ValueTask<bool> Contradicts(JsonElement ordered, RecordView peek) =>
            MedicationInForce.IsInForce(ordered) && codes.Overlaps(await CodesOf(ordered, peek, cancel));

        foreach (var type in MedicationInForce.Types)
        {
            foreach (var ordered in await derivation.OfPatient(type, patient, Contradicts, cancel))
            {
                if (!told.Add((ordered.Reference, change.Id))) continue;
                await derivation.Tell(change, async view => view.Draw(ordered) is { } known
                    ? await Found(change, patient, known, allergy, view, cancel) : null);
            }
        }
    }

    /// <summary>Those that were not told of this medication already.</summary>
    private async ValueTask<List<Candidate>> AllergiesTo(
        PatientId patient, HashSet<string> codes, string medication, CancellationToken cancel)
    {
        ValueTask<bool> Contradicts(JsonElement allergy, RecordView peek) =>
            ValueTask.FromResult(AllergyEvents.IsActive(allergy) && SubstancesOf(allergy).Overlaps(codes));

        var untold = new List<Candidate>();
        foreach (var allergy in await derivation.OfPatient(Allergy, patient, Contradicts, cancel))
        {
            if (told.Add((medication, allergy.Id))) untold.Add(allergy);
        }

        return untold;
    }

    private ValueTask Tell(
        ResourceChange change, PatientId patient, Func<RecordView, ValueTask<JsonElement?>> orderedIn, Candidate allergy,
        CancellationToken cancel) =>
        derivation.Tell(change, async view => await orderedIn(view) is { } ordered
            ? new Told(await Found(change, patient, ordered, view.Draw(allergy), view, cancel), patient) : null);

    /// <param name="change">What it is found by.</param>
    /// <param name="patient">Whose medication and allergy.</param>
    /// <param name="ordered">The prescription or statement.</param>
    /// <param name="allergy">Null where the view lacks it: that there is one is told, which one is not.</param>
    /// <param name="view">Where names are read.</param>
    /// <param name="cancel">Ends the reading.</param>
    private static async ValueTask<AllergyContraindication> Found(
        ResourceChange change, PatientId patient, JsonElement ordered, JsonElement? allergy, RecordView view, CancellationToken cancel)
    {
        var medication = await Medication.Of(ordered, view, cancel);
        var reference = $"{ordered.Text("resourceType")}/{ordered.Id()}";
        return new(
            patient.Value,
            change.VersionedReference,
            allergy is { } named ? [reference, $"{Allergy}/{named.Id()}"] : [reference],
            medication.Name,
            medication.Code,
            allergy?.Concept("code"),
            allergy?.Text("criticality"),
            ordered.Text("resourceType") == MedicationInForce.Prescription ? ordered.Id() : null,
            await view.PatientName(patient.Value, cancel),
            await view.Requester(ordered, cancel));
    }

    private static async ValueTask<HashSet<string>> CodesOf(JsonElement ordered, RecordView peek, CancellationToken cancel) =>
        Substances.Of((await Medication.Of(ordered, peek, cancel)).Codes);

    private static HashSet<string> SubstancesOf(JsonElement allergy) =>
        Substances.Of(allergy.Codings("code").Concat(allergy.Items("reaction").SelectMany(reaction => reaction.Codings("substance"))));
}
