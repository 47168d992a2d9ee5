using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving;

/// <summary>
/// Where medication in force and an active allergy name the same RxNorm code, ingredient or class of ingredients (<see cref="Substances"/>).
/// It does not matter which is written last: the prescription or statement, the Medication that it refers to, or the allergy. What one
/// transaction finds from two sides is told once.
/// </summary>
internal sealed class ContradictionEvents : IDeriveEvents
{
    public async ValueTask Derive(Derivation derivation, CancellationToken cancel)
    {
        var found = new Contradictions(derivation);
        foreach (var type in MedicationInForce.Types)
        {
            foreach (var change in derivation.Changes.Of(type)) await found.Ordered(change, cancel);
        }

        foreach (var change in derivation.Changes.Of("Medication")) await found.Renamed(change, cancel);
        foreach (var change in derivation.Changes.Of("AllergyIntolerance")) await found.AllergyAdded(change, cancel);
    }
}
