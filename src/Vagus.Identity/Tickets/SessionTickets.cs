using Vagus.Access.Audit;
using Vagus.Access.Sessions;
using Vagus.Identity.Sessions;
using Vagus.Identity.SigningIn;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Tickets;

/// <summary>
/// Tickets of sessions: a row each, until it is taken out of the database. Of many who show it, one comes in, and its session must still
/// live.
/// </summary>
internal sealed class SessionTickets(
    Database database, GroupCommit commit, SessionAuthentication sessions, IdSource ids, TimeProvider clock) : ConnectionTickets
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    /// <summary>Tickets of one session that wait to be used.</summary>
    public const int MaxWaiting = 20;

    private const int MaxLength = 8 * 1024;

    public override ValueTask<Result<IssuedTicket>> Issue(Admission admission, AuditEntry entry, CancellationToken cancel) =>
        IssueFor("", admission, entry, cancel);

    public override async ValueTask<Result<IssuedTicket>> IssueFor(
        string words, Admission admission, AuditEntry entry, CancellationToken cancel)
    {
        // The words are hashed with the secret: with other words the ticket is unknown.
        var secret = ids.NewSecret() + words;
        return await commit.Write<IssuedTicket>(
            admission.Caller.Tenant,
            async (write, token) =>
            {
                var until = write.At + Lifetime;
                object?[] row =
                [
                    SecretHash.Of(secret), write.Tenant.Value, admission.Caller.Session.Value, until.ToMicroseconds(),
                    admission.ExpiresAt.ToMicroseconds(), write.At.ToMicroseconds(), (long)MaxWaiting,
                ];
                if (await write.Execute(Add, row, token) != 1) return TooMany;
                AuditTrail.Add(write, entry);
                return new IssuedTicket(secret, until);
            },
            cancel);
    }

    public override async ValueTask<Result<Admission>> Spend(string ticket, CancellationToken cancel)
    {
        if (ticket.Length != RefreshToken.Length) return Authentication.Unauthenticated;
        var taken = await Take(ticket, cancel);
        if (taken.Refusal is { } refused) return refused;
        var (tenant, session, until) = taken.Value;
        return await sessions.Readmit(tenant, session, until, cancel);
    }

    public override async ValueTask<Result<Admission>> SpendFor(string ticket, CancellationToken cancel)
    {
        if (ticket.Length is <= RefreshToken.Length or > MaxLength) return Authentication.Unauthenticated;
        var taken = await Take(ticket, cancel);
        if (taken.Refusal is { } refused) return refused;
        var (tenant, session, until) = taken.Value;
        return await sessions.ReadmitWithApplications(tenant, session, until, cancel);
    }

    private async ValueTask<Result<Waiting>> Take(string ticket, CancellationToken cancel)
    {
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
            found.Tenant, async (write, token) => await write.Execute(TakeOut, [found.Tenant.Value, hash], token), cancel);
        if (taken.Refusal is { } refusal) return refusal;
        return taken.Value == 1 ? found : Authentication.Unauthenticated;
    }

    private sealed record Waiting(TenantId Tenant, SessionId Session, DateTimeOffset AdmittedUntil);

    private static readonly Refusal TooMany = new(
        RefusalKind.TooMany, "too_many_tickets", $"At most {MaxWaiting} tickets of a session wait to be used.");

    private static readonly Statement Add = new("""
        insert into access_ticket (ticket_hash, tenant_id, session_id, expires_at, admitted_until)
        select @ticket_hash, @tenant_id, @session_id, @expires_at, @admitted_until
        where (
          select count(*)
          from access_ticket t
          where t.tenant_id = @tenant_id
            and t.session_id = @session_id
            and t.expires_at > @now
        ) < @limit
        """);

    private static readonly Statement Find = new("""
        select tenant_id, session_id, admitted_until
        from access_ticket
        where ticket_hash = @ticket_hash
          and expires_at > @now
        """);

    private static readonly Statement TakeOut = new("""
        delete from access_ticket
        where tenant_id = @tenant_id
          and ticket_hash = @ticket_hash
        """);
}
