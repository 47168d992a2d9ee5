namespace Vagus.Kernel;

/// <summary>By which way a live command came: recorded with what it does, and decides nothing.</summary>
/// <param name="Address">The client's network address.</param>
/// <param name="Request">The client's id of the connection's request, or the id of its trace.</param>
public sealed record LiveOrigin(string? Address, string? Request);
