using Vagus.Kernel;

namespace Vagus.Access.Sessions;

/// <summary>
/// Tickets for clients that can only open a URL: used once, within seconds, in place of a token that must not stand in one. Vagus.Identity
/// implements it.
/// </summary>
public abstract class ConnectionTickets
{
    /// <summary>The caller who asked for the ticket; it cannot be used again, whatever the answer.</summary>
    public abstract ValueTask<Result<Admission>> Spend(string ticket, CancellationToken cancel);
}
