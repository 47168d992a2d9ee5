using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Kernel;

namespace Vagus.Care.Deriving;

/// <summary>
/// Laboratory values that changed too much too fast, each of them unremarkable by itself: one that is critical already is told as such.
/// </summary>
internal sealed class DeltaEvents() : ChangeRule("Observation")
{
    protected override async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Patient is not { } patient || change.After is not { } now) return;
        if (await RulesFor(now, derivation, cancel) is not { Count: > 0 } rules) return;
        if (change.SamePatientBefore() is { } before && IsSame(before, now)) return;
        if ((await LabEvents.CriticalIn(patient, now, derivation, cancel)).Values.Count > 0) return;
        if (await Beyond(rules, now, patient, derivation, cancel) is not var (rule, earlier)) return;
        await derivation.Tell(change, async view =>
            view.Draw(earlier) is { } known && rule.Judge(known, now) is { } reason
                ? await LabEvents.Alert(change, now, ValueOf(now, reason), view, cancel) : null);
    }

    /// <summary>Whether an observation is critical by its change alone.</summary>
    public static async ValueTask<bool> IsBeyond(
        JsonElement observation, PatientId patient, Derivation derivation, CancellationToken cancel) =>
        await Beyond(await RulesFor(observation, derivation, cancel), observation, patient, derivation, cancel) is not null;

    private static async ValueTask<IReadOnlyList<CriticalDelta>> RulesFor(
        JsonElement observation, Derivation derivation, CancellationToken cancel) =>
        observation.IsLaboratory() ? CriticalDelta.For(observation, await derivation.Setting(CriticalDelta.Setting, cancel)) : [];

    private static async ValueTask<(CriticalDelta Rule, Candidate Earlier)?> Beyond(
        IReadOnlyList<CriticalDelta> rules, JsonElement now, PatientId patient, Derivation derivation, CancellationToken cancel)
    {
        foreach (var rule in rules)
        {
            ValueTask<bool> Chooses(JsonElement earlier, RecordView peek) =>
                ValueTask.FromResult(rule.Precedes(earlier, now) && rule.Judge(earlier, now) is not null);
            // The last of those from which it changed so: the change that took the shortest time.
            if (await derivation.OfPatient("Observation", patient, Chooses, cancel) is [.., var earlier]) return (rule, earlier);
        }

        return null;
    }

    // A new comment on the same number is no new change.
    private static bool IsSame(JsonElement before, JsonElement now) =>
        before.Status() is "final" or "amended" or "corrected"
            && before.Child("valueQuantity")?.Number("value") == now.Child("valueQuantity")?.Number("value")
            && CriticalDelta.InstantOf(before) == CriticalDelta.InstantOf(now);

    private static CriticalValue ValueOf(JsonElement now, string reason)
    {
        var quantity = now.Child("valueQuantity");
        return new(
            now.Concept("code") ?? "Laboratory test", now.Coding("code", Systems.Loinc), quantity?.Number("value"), null,
            quantity?.Text("unit") ?? quantity?.Text("code"), now.Codings("interpretation").FirstOrDefault()?.Code, reason);
    }
}
