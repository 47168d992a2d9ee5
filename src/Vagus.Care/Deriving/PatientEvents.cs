using Vagus.Care.Deriving.Reading;
using Vagus.Events;
using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving;

/// <summary>Registration and change of demographics.</summary>
internal sealed class PatientEvents : IDeriveEvents
{
    public IReadOnlySet<string> ResourceTypes { get; } = new HashSet<string> { "Patient" };

    public ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel)
    {
        if (change.After is not { } patient) return ValueTask.CompletedTask;

        var about = change with { Patient = new(change.Id) };
        var name = Lookups.NameOf(patient);
        if (change.Before is null)
        {
            derivation.Emit(about, new PatientCreated(change.Id, change.VersionedReference, name, patient.Text("birthDate"), patient.Text("gender")));
        }
        else if (change.ChangedElements() is { Count: > 0 } changed)
        {
            derivation.Emit(about, new PatientUpdated(change.Id, change.VersionedReference, changed, name, patient.Text("birthDate"), patient.Text("gender")));
        }

        return ValueTask.CompletedTask;
    }
}
