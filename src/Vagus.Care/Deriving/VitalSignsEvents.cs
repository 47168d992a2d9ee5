using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;
using Vagus.Kernel;

namespace Vagus.Care.Deriving;

/// <summary>Vital signs: what was recorded together is told together, one event per encounter and transaction.</summary>
internal sealed class VitalSignsEvents : IDeriveEvents
{
    public async ValueTask Derive(Derivation derivation, CancellationToken cancel)
    {
        foreach (var together in derivation.Changes.By("vital signs", change => KeyOf(change) is { } key ? [key] : []))
        {
            await Tell([.. together], derivation);
        }
    }

    private static async ValueTask Tell(IReadOnlyList<Candidate> together, Derivation derivation)
    {
        // The event is about a value without a label where the group has one: an event about a labelled value needs the permission as a
        // whole.
        var about = together.FirstOrDefault(each => each.Labels == Sensitivity.None) ?? together[0];
        if (about.Change is not { Patient: { } patient, After: { } first } change) return;
        await derivation.Tell(change, view => ValueTask.FromResult<Told?>(new EncounterVitalsRecorded(
            patient.Value,
            change.VersionedReference,
            [.. together.SelectMany(each => view.Draw(each) is { } observation ? Read(each.VersionedReference, observation) : [])],
            first.ReferenceTo("encounter", "Encounter"),
            first.Text("effectiveDateTime") ?? first.Child("effectivePeriod")?.Text("start"))));
    }

    private static string? KeyOf(ResourceChange change) =>
        change is { Type: "Observation", Patient: { } patient } && change.Entered(RecordedAs) is { } observation
            ? $"{patient.Value}|{observation.ReferenceTo("encounter", "Encounter")}"
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

    private static IEnumerable<VitalSign> Read(string reference, JsonElement observation)
    {
        if (observation.Child("valueQuantity") is not null || !observation.Items("component").Any())
        {
            yield return One(reference, observation);
        }

        foreach (var component in observation.Items("component")) yield return One(reference, component);
    }

    private static VitalSign One(string reference, JsonElement measured) =>
        new(
            reference,
            measured.Concept("code") ?? "",
            measured.Coding("code", Systems.Loinc),
            measured.Child("valueQuantity")?.Number("value"),
            measured.Child("valueQuantity")?.Text("unit") ?? measured.Child("valueQuantity")?.Text("code"));
}
