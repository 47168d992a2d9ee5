using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;

namespace Vagus.Identity.Tickets;

/// <summary>
/// Makes a ticket that opens one connection within 30 seconds. The connection lives no longer than the token it was asked with.
/// </summary>
internal sealed class IssueTicket(ConnectionTickets tickets)
{
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/ticket", (HttpContext context, IssueTicket issue, CancellationToken cancel) => issue.Answer(context, cancel))
            .Require(Policy.AnyCaller)
            .Audits(AuditActions.IssueTicket);

    private async Task<Results<Ok<Issued>, ProblemHttpResult>> Answer(HttpContext context, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var admission = context.Features.GetRequiredFeature<Admission>();
        var issued = await tickets.Issue(admission, AuditActor.Of(context).Entry(AuditActions.IssueTicket), cancel);
        return issued.Refusal is { } refusal
            ? refusal.ToProblem() : TypedResults.Ok(new Issued(issued.Value.Ticket, (int)SessionTickets.Lifetime.TotalSeconds));
    }

    internal sealed record Issued(string Ticket, int ExpiresIn);
}
