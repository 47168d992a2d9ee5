namespace Vagus.Fhir.Deriving;

/// <summary>
/// Turns the differences of versions into catalogue events, inside the writing transaction. One implementation per clinical domain.
/// It must be a function of what it is given: a transition fires once, and a write that changes nothing of interest fires nothing.
/// </summary>
public interface IDeriveEvents
{
    /// <summary>
    /// Called once per transaction, when all of its changes are in place. What it tells enters the log in the order of the changes.
    /// </summary>
    ValueTask Derive(Derivation derivation, CancellationToken cancel);
}
