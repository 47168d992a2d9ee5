namespace Vagus.Fhir.Deriving;

/// <summary>
/// Turns the difference of two versions into catalogue events, inside the writing transaction. One implementation per clinical domain.
/// It must be a function of what it is given: a transition fires once, and a write that changes nothing of interest fires nothing.
/// </summary>
public interface IDeriveEvents
{
    /// <summary>The resource types whose changes it looks at.</summary>
    IReadOnlySet<string> ResourceTypes { get; }

    /// <summary>Called once for each change of a transaction in the order of its entries.</summary>
    ValueTask Derive(ResourceChange change, Derivation derivation, CancellationToken cancel);
}
