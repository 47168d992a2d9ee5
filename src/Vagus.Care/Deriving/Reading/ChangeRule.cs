using Vagus.Fhir.Deriving;

namespace Vagus.Care.Deriving.Reading;

/// <summary>A rule that looks at each change by itself, of the types that it names.</summary>
internal abstract class ChangeRule(params string[] types) : IDeriveEvents
{
    public async ValueTask Derive(Derivation derivation, CancellationToken cancel)
    {
        foreach (var type in types)
        {
            foreach (var change in derivation.Changes.Of(type)) await Derive(change, derivation, cancel);
        }
    }

    protected abstract ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel);
}
