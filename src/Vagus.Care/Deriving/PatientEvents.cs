using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving;

/// <summary>Registration and change of demographics.</summary>
internal sealed class PatientEvents() : ChangeRule("Patient")
{
    protected override async ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.After is not { } patient) return;

        var name = Lookups.NameOf(patient);
        if (change.Before is null)
        {
            await derivation.Tell(
                change, new PatientCreated(change.Id, change.VersionedReference, name, patient.Text("birthDate"), patient.Text("gender")));
        }
        else if (change.ChangedElements() is { Count: > 0 } changed)
        {
            await derivation.Tell(
                change,
                new PatientUpdated(change.Id, change.VersionedReference, changed, name, patient.Text("birthDate"), patient.Text("gender")));
        }
    }
}
