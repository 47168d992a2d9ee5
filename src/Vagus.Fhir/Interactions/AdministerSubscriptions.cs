using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Requests;
using Vagus.Access.Tenants;
using Vagus.Fhir.Subscribing;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// <c>GET /api/admin/subscriptions</c>: those whose receiver does not take notifications. <c>POST /api/admin/subscriptions/{id}/replay</c>
/// lets one go on, from a number on where the receiver has lost what it took.
/// </summary>
internal sealed class AdministerSubscriptions(SubscriptionUpkeep upkeep)
{
    private static readonly SmallJson Body = SmallJson.Plain(maxBytes: 1024, maxDepth: 2);
    private static readonly string[] Fields = ["from"];

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var admin = endpoints.MapGroup("/api/admin/subscriptions").Require(Policy.Admin).RecordsRefusals();
        admin.MapGet("", (HttpContext http, AdministerSubscriptions use) => use.List(http))
            .AuditsNothing("it holds nothing of any patient");
        admin.MapPost("/{id}/replay", (string id, HttpContext http, AdministerSubscriptions use) => use.Replay(id, http))
            .Audits(AuditActions.Update);
    }

    private async Task<Results<Ok<FailingSubscriptions>, ProblemHttpResult>> List(HttpContext http)
    {
        var query = ListQuery.Read(http.Request.Query);
        if (query.Refusal is { } unclear) return unclear.ToProblem();
        return TypedResults.Ok(await upkeep.List(http.Caller().Tenant, query.Value.Cursor, query.Value.Limit, http.RequestAborted));
    }

    private async Task<Results<Accepted<ReplayedSubscription>, ProblemHttpResult>> Replay(string id, HttpContext http)
    {
        var fields = await Body.OptionalFields(http.Request, Fields, http.RequestAborted);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var from = fields.Value.Position("from");
        if (from.Refusal is { } wrong) return wrong.ToProblem();
        if (!ChosenId.IsFhirId(id)) return NotFound.ToProblem();
        var replayed = await upkeep.Replay(http.Caller(), AuditOrigin.Of(http), id, from.Value, http.RequestAborted);
        return replayed.Refusal is { } refused
            ? refused.ToProblem() : TypedResults.Accepted((string?)null, new ReplayedSubscription(id, replayed.Value));
    }

    private static readonly Refusal NotFound = new(RefusalKind.NotFound, "not_found", "There is no such subscription.");
}

/// <summary>A subscription that goes on, and the number of its last event.</summary>
internal sealed record ReplayedSubscription(string Id, long Events);
