using Vagus.Access.Sessions;
using Vagus.Identity.Sessions;
using Vagus.Identity.SigningIn;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Tickets;

/// <summary>Takes a ticket out of the database: of many who show it, one comes in. Its session must still live.</summary>
internal sealed class SpendTicket(Database database, GroupCommit commit, SessionAuthentication sessions, TimeProvider clock)
    : ConnectionTickets
{
    public override async ValueTask<Result<Admission>> Spend(string ticket, CancellationToken cancel)
    {
        if (ticket.Length != RefreshToken.Length) return Authentication.Unauthenticated;

        var hash = SecretHash.Of(ticket);
        var now = clock.GetUtcNow();
        var found = await database.QueryOne(
            Find,
            [hash, now.ToMicroseconds()],
            row => new Waiting(
                new TenantId(row.GetString(0)), new SessionId(row.GetString(1)), Instant.FromMicroseconds(row.GetInt64(2))),
            cancel);
        if (found is null) return Authentication.Unauthenticated;

        var taken = await commit.Write<int>(
            found.Tenant, async (write, token) => await write.Execute(Take, [found.Tenant.Value, hash], token), cancel);
        if (taken.Refusal is { } refusal) return refusal;
        return taken.Value == 1
            ? await sessions.Readmit(found.Tenant, found.Session, found.AdmittedUntil, cancel) : Authentication.Unauthenticated;
    }

    private sealed record Waiting(TenantId Tenant, SessionId Session, DateTimeOffset AdmittedUntil);

    private static readonly Statement Find = new("""
        select tenant_id, session_id, admitted_until
        from access_ticket
        where ticket_hash = @ticket_hash
          and expires_at > @now
        """);

    private static readonly Statement Take = new("""
        delete from access_ticket
        where tenant_id = @tenant_id
          and ticket_hash = @ticket_hash
        """);
}
