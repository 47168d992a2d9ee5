using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving;

/// <summary>The course of a visit.</summary>
internal sealed class EncounterEvents() : ChangeRule("Encounter")
{
    protected override async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.Patient is not { } patient || change.After is not { } encounter) return;

        var status = encounter.Status();
        var kind = encounter.Codings("class").FirstOrDefault()?.Code;
        var provider = Lookups.EncounterProvider(encounter);
        if (IsStart(change))
        {
            await derivation.Tell(change, new EncounterStarted(
                patient.Value, change.VersionedReference, change.Id, status, kind, provider, encounter.Child("period")?.Text("start")));
        }
        else if (change.BecameStatus("finished") is not null)
        {
            await derivation.Tell(change, new EncounterCompleted(
                patient.Value, change.VersionedReference, change.Id, status, kind, provider, encounter.Child("period")?.Text("end")));
        }
        else if (change.ChangedElements() is { Count: > 0 } changed)
        {
            await derivation.Tell(
                change, new EncounterUpdated(patient.Value, change.VersionedReference, change.Id, status, changed, kind, provider));
        }
    }

    // Coming back from leave is no second start.
    private static bool IsStart(ResourceChange change) =>
        change.BecameStatus("in-progress") is not null && change.Before?.Status() is not "onleave";
}
