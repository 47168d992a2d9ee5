using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Kernel;

namespace Vagus.Care.Deriving;

/// <summary>
/// Laboratory values that changed too much too fast, each of them unremarkable by itself: one that is critical already is told as such. A
/// value that arrives late is told where the one after it is that far from it.
/// </summary>
internal sealed class DeltaEvents() : ChangeRule("Observation")
{
    protected override async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Patient is not { } patient || change.After is not { } now) return;
        if (await RulesFor(now, derivation, cancel) is not { Count: > 0 } rules) return;
        if (change.SamePatientBefore() is { } before && IsSame(before, now)) return;
        if ((await LabEvents.CriticalIn(patient, now, derivation, cancel)).Values.Count > 0) return;
        if (await CriticalChange.Of(rules, now, patient, derivation, cancel) is not { } found) return;
        await derivation.Tell(change, async view =>
            view.Draw(found.Other) is { } known && found.Judge(now, known) is { } reason
                ? await LabEvents.Alert(change, now, ValueOf(now, reason), view, cancel) : null);
    }

    /// <summary>Whether an observation is critical by its change alone.</summary>
    public static async ValueTask<bool> IsBeyond(
        JsonElement observation, PatientId patient, Derivation derivation, CancellationToken cancel) =>
        await CriticalChange.Of(await RulesFor(observation, derivation, cancel), observation, patient, derivation, cancel) is not null;

    private static async ValueTask<IReadOnlyList<CriticalDelta>> RulesFor(
        JsonElement observation, Derivation derivation, CancellationToken cancel) =>
        observation.IsOfAnotherKind() ? [] : CriticalDelta.For(observation, await derivation.Setting(CriticalDelta.Setting, cancel));

    // A new comment on the same number is no new change.
    private static bool IsSame(JsonElement before, JsonElement now) =>
        before.Status() is "final" or "amended" or "corrected"
            && MeasuredAmount.Of(before) == MeasuredAmount.Of(now)
            && CriticalDelta.InstantOf(before) == CriticalDelta.InstantOf(now);

    private static CriticalValue ValueOf(JsonElement now, string reason)
    {
        var (quantity, amount) = (now.Child("valueQuantity"), MeasuredAmount.Of(now));
        return new(
            now.Concept("code") ?? "Laboratory test", now.Coding("code", Systems.Loinc), amount?.Value, now.Text("valueString"),
            quantity?.Text("unit") ?? amount?.Unit, now.Codings("interpretation").FirstOrDefault()?.Code, reason);
    }
}
