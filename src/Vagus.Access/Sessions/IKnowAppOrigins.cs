namespace Vagus.Access.Sessions;

/// <summary>
/// The web origins of the applications in use, for doors that browsers open without CORS. The room that keeps the applications implements
/// it.
/// </summary>
public interface IKnowAppOrigins
{
    /// <summary>Whether a page of this origin belongs to a registered application, to the letter.</summary>
    ValueTask<bool> Knows(string origin, CancellationToken cancel);
}
