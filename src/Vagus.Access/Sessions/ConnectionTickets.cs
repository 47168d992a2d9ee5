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

    /// <summary>
    /// A ticket that is good for what its words name: the secret followed by the words, and good with exactly these words only. The session
    /// may be an application's.
    /// </summary>
    public abstract ValueTask<Result<IssuedTicket>> IssueFor(
        string words, Admission admission, AuditEntry entry, CancellationToken cancel);

    /// <summary>
    /// The caller who asked for the ticket, which is shown with its words; it cannot be used again. The ceiling of an application lets
    /// nothing through: what the words name was judged when they were written.
    /// </summary>
    public abstract ValueTask<Result<Admission>> SpendFor(string ticket, CancellationToken cancel);

    /// <summary>The caller who asked for the ticket; it cannot be used again, whatever the answer.</summary>
    public abstract ValueTask<Result<Admission>> Spend(string ticket, CancellationToken cancel);
}

/// <summary>A ticket, and until when it can be used.</summary>
public sealed record IssuedTicket(string Ticket, DateTimeOffset ExpiresAt);
