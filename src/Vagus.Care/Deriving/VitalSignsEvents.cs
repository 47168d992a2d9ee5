using System.Runtime.CompilerServices;
using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving;

/// <summary>Vital signs: what was recorded together is told together, one event per encounter and transaction.</summary>
internal sealed class VitalSignsEvents : IDeriveEvents
{
    // A bundle may hold thousands of observations; grouping them once per transaction keeps the rule linear.
    private readonly ConditionalWeakTable<Derivation, ILookup<(string Patient, string? Encounter), ResourceChange>> groups = [];

    public IReadOnlySet<string> ResourceTypes { get; } = new HashSet<string> { "Observation" };

    public ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (Recorded(change) is not { } key) return ValueTask.CompletedTask;

        var together = groups.GetValue(derivation, Group)[key].ToList();
        if (together.Count == 0 || together[0].Id != change.Id) return ValueTask.CompletedTask;

        derivation.Emit(change, new EncounterVitalsRecorded(
            key.Patient,
            change.VersionedReference,
            [.. together.SelectMany(Read)],
            key.Encounter,
            change.After?.Text("effectiveDateTime") ?? change.After?.Child("effectivePeriod")?.Text("start")));
        return ValueTask.CompletedTask;
    }

    private static ILookup<(string Patient, string? Encounter), ResourceChange> Group(Derivation derivation) =>
        derivation.Changes
            .Where(change => change.Type == "Observation" && Recorded(change) is not null)
            .ToLookup(change => Recorded(change)!.Value);

    private static (string Patient, string? Encounter)? Recorded(ResourceChange change) =>
        change.Patient is { } patient && change.Entered(RecordedAs) is { } observation
            ? (patient.Value, observation.ReferenceTo("encounter", "Encounter"))
            : null;

    // A correction is told again; going from preliminary to final is not.
    private static string? RecordedAs(JsonElement observation) => observation.Status() switch
    {
        _ when !observation.IsVitalSign() => null,
        "preliminary" or "final" => "recorded",
        "amended" => "amended",
        "corrected" => "corrected",
        _ => null,
    };

    private static IEnumerable<VitalSign> Read(ResourceChange change)
    {
        if (change.After is not { } observation) yield break;
        if (observation.Child("valueQuantity") is not null || !observation.Items("component").Any()) yield return Read(change, observation);
        foreach (var component in observation.Items("component")) yield return Read(change, component);
    }

    private static VitalSign Read(ResourceChange change, JsonElement measured) =>
        new(
            change.VersionedReference,
            measured.Concept("code") ?? "",
            measured.Coding("code", Systems.Loinc),
            measured.Child("valueQuantity")?.Number("value"),
            measured.Child("valueQuantity")?.Text("unit") ?? measured.Child("valueQuantity")?.Text("code"));
}
