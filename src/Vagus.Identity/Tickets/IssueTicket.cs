using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Identity.SigningIn;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Tickets;

/// <summary>
/// Makes a ticket that opens one connection within 30 seconds. The connection lives no longer than the token it was asked with.
/// </summary>
internal sealed class IssueTicket(GroupCommit commit, IdSource ids)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    /// <summary>Tickets of one session that wait to be used.</summary>
    public const int MaxWaiting = 20;

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/ticket", (HttpContext context, IssueTicket issue, CancellationToken cancel) => issue.Answer(context, cancel))
            .Require(Policy.AnyCaller)
            .Audits(AuditActions.IssueTicket);

    private async Task<Results<Ok<Issued>, ProblemHttpResult>> Answer(HttpContext context, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = context.Caller();
        var admittedUntil = context.Features.GetRequiredFeature<Admission>().ExpiresAt;
        var secret = ids.NewSecret();
        var outcome = await commit.Write<Issued>(
            caller.Tenant,
            async (write, token) =>
            {
                var issued = await Write(write, caller.Session, secret, admittedUntil, token);
                if (!issued.IsRefused) AuditTrail.Add(write, AuditActor.Of(context).Entry(AuditActions.IssueTicket));
                return issued;
            },
            cancel);
        return outcome.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.Ok(outcome.Value);
    }

    private static async ValueTask<Result<Issued>> Write(
        WriteTransaction write, SessionId session, string secret, DateTimeOffset admittedUntil, CancellationToken cancel)
    {
        object?[] row =
        [
            SecretHash.Of(secret), write.Tenant.Value, session.Value, (write.At + Lifetime).ToMicroseconds(),
            admittedUntil.ToMicroseconds(), write.At.ToMicroseconds(), (long)MaxWaiting,
        ];
        return await write.Execute(Add, row, cancel) == 1 ? new Issued(secret, (int)Lifetime.TotalSeconds) : TooMany;
    }

    internal sealed record Issued(string Ticket, int ExpiresIn);

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
}
