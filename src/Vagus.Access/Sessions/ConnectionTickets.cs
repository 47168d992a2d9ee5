using Vagus.Access.Audit;
using Vagus.Kernel;

namespace Vagus.Access.Sessions;

/// <summary>
/// Tickets for clients that can only open a URL: used once, within seconds, in place of a token that must not stand in one. Vagus.Identity
/// implements it.
/// </summary>
public abstract class ConnectionTickets
{
    /// <summary>A ticket for the session that was admitted; the entry is in the audit with it.</summary>
    public abstract ValueTask<Result<IssuedTicket>> Issue(Admission admission, AuditEntry entry, CancellationToken cancel);

    /// <summary>The caller who asked for the ticket; it cannot be used again, whatever the answer.</summary>
    public abstract ValueTask<Result<Admission>> Spend(string ticket, CancellationToken cancel);
}

/// <summary>A ticket, and until when it can be used.</summary>
public sealed record IssuedTicket(string Ticket, DateTimeOffset ExpiresAt);
