using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.KeyUpkeep;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage;

namespace Vagus.Messaging.Staff;

/// <summary>
/// <c>/threads/{id}/holds</c>: legal holds on one thread. While there is one the key of the thread is not destroyed, by whatever way. An
/// administrator places them on any thread of the tenant, also on one that it may not read: nothing of the thread is shown.
/// </summary>
internal sealed class HoldThread(Database database, LegalHolds holds)
{
    private const int MostCharacters = 200;

    public static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet("/threads/{id}/holds", (string id, HttpContext http, HoldThread use) => use.List(id, http))
            .AuditsNothing("holds hold nothing of any patient");
        admin.MapPost("/threads/{id}/holds", (string id, HttpContext http, HoldThread use) => use.Place(id, http))
            .Audits(AuditActions.PlaceHold).RequireFreshSignIn();
        admin.MapDelete(
            "/threads/{id}/holds/{holdId}",
            (string id, string holdId, HttpContext http, HoldThread use) => use.Release(id, holdId, http))
            .Audits(AuditActions.ReleaseHold).RequireFreshSignIn();
    }

    private async Task<Results<Ok<HoldList>, ProblemHttpResult>> List(string id, HttpContext http)
    {
        if (!await Exists(id, http)) return MessagingRefusals.NoThread.ToProblem();
        return TypedResults.Ok(new HoldList([.. await Of(id, http)]));
    }

    private async Task<Results<Created<HoldAnswer>, ProblemHttpResult>> Place(string id, HttpContext http)
    {
        var fields = await JsonRequest.Fields(http.Request, "matter");
        if (fields.Refusal is { } unread) return unread.ToProblem();
        var matter = fields.Value.Text("matter", MostCharacters);
        if (matter.Refusal is { } malformed) return malformed.ToProblem();
        if (!await Exists(id, http)) return MessagingRefusals.NoThread.ToProblem();
        var placed = await holds.Place(
            AuditActor.Of(http), http.Caller().Tenant, (ThreadSeals.ScopeType, id), matter.Value, http.RequestAborted);
        if (placed.Refusal is { } refusal) return refusal.ToProblem();
        var hold = (await Of(id, http)).FirstOrDefault(each => each.Id == placed.Value);
        return hold is null ? MessagingRefusals.NoHold.ToProblem()
            : TypedResults.Created($"/api/patient-messages/threads/{id}/holds/{hold.Id}", hold);
    }

    private async Task<Results<NoContent, ProblemHttpResult>> Release(string id, string holdId, HttpContext http)
    {
        if ((await Of(id, http)).All(hold => hold.Id != holdId)) return MessagingRefusals.NoHold.ToProblem();
        var released = await holds.Release(AuditActor.Of(http), http.Caller().Tenant, holdId, http.RequestAborted);
        return released.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }

    private async ValueTask<bool> Exists(string id, HttpContext http) =>
        await ThreadRow.Find(database, http.Caller().Tenant, id, http.RequestAborted) is not null;

    // Holds on all threads, or on the whole tenant, are the operator's.
    private async ValueTask<IEnumerable<HoldAnswer>> Of(string id, HttpContext http) =>
        (await holds.List(http.Caller().Tenant, http.RequestAborted))
        .Where(hold => hold.ScopeType == ThreadSeals.ScopeType && hold.ScopeId == id)
        .Select(hold => new HoldAnswer(hold.Id, id, hold.Matter, hold.PlacedAt));
}

/// <summary>The holds in force on a thread.</summary>
internal sealed record HoldList(IReadOnlyList<HoldAnswer> Items);

/// <summary>A legal hold, with the reference of its matter.</summary>
internal sealed record HoldAnswer(string Id, string ThreadId, string Matter, DateTimeOffset PlacedAt);
