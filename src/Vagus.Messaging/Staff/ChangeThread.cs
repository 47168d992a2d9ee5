using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;
using Vagus.Storage;

namespace Vagus.Messaging.Staff;

/// <summary>
/// <c>PUT /threads/{id}</c> assigns, prioritises, categorises, moves on; <c>POST …/close</c> and <c>…/reopen</c> are two of these;
/// <c>POST /threads/bulk</c> makes one change to many threads, each by itself.
/// </summary>
internal sealed class ChangeThread(
    Database database, ThreadSights sights, MessageTurns turns, KeepChange keeping, PlaceThread placing, ReadThread reading,
    MessagingPolicies policies)
{
    private const int MostInBulk = 100;

    public static void Map(IEndpointRouteBuilder staff)
    {
        staff.MapPut("/threads/{id}", (string id, HttpContext http, ChangeThread use) => use.Put(id, http))
            .Audits(AuditActions.ChangeThread);
        staff.MapPost("/threads/{id}/close", (string id, HttpContext http, ChangeThread use) => use.Move(id, ThreadStatus.Closed, http))
            .Audits(AuditActions.ChangeThread);
        staff.MapPost("/threads/{id}/reopen", (string id, HttpContext http, ChangeThread use) => use.Move(id, ThreadStatus.Open, http))
            .Audits(AuditActions.ChangeThread);
        staff.MapPost("/threads/bulk", (HttpContext http, ChangeThread use) => use.Bulk(http)).Audits(AuditActions.ChangeThread);
    }

    private async Task<Results<Ok<ThreadAnswer>, ProblemHttpResult>> Put(string id, HttpContext http)
    {
        var body = await JsonRequest.Read(http.Request);
        if (body.Refusal is { } unread) return unread.ToProblem();
        var changes = ThreadChanges.Read(body.Value);
        return changes.Refusal is { } malformed ? malformed.ToProblem() : await Answer(id, changes.Value, http);
    }

    private async Task<Results<Ok<ThreadAnswer>, ProblemHttpResult>> Move(string id, string status, HttpContext http)
    {
        var fields = await JsonRequest.OptionalFields(http.Request, "version");
        if (fields.Refusal is { } unread) return unread.ToProblem();
        var version = fields.Value.Position("version");
        if (version.Refusal is { } malformed) return malformed.ToProblem();
        return await Answer(id, new ThreadChanges { Status = status, Version = version.Value }, http);
    }

    private async Task<Results<Ok<BulkAnswer>, ProblemHttpResult>> Bulk(HttpContext http)
    {
        var body = await JsonRequest.Read(http.Request);
        if (body.Refusal is { } unread) return unread.ToProblem();
        var fields = RequestFields.Read(body.Value, "threadIds", "changes");
        if (fields.Refusal is { } unknown) return unknown.ToProblem();
        var ids = fields.Value.Texts("threadIds", MostInBulk);
        if (ids.Refusal is { } malformed) return malformed.ToProblem();
        if (ids.Value is not { Length: > 0 } threads) return FieldRefusals.Missing("threadIds").ToProblem();
        if (!body.Value.TryGetProperty("changes", out var given)) return FieldRefusals.Missing("changes").ToProblem();
        var changes = ThreadChanges.Read(given);
        if ((changes.Refusal ?? changes.Value.Refuse()) is { } wrong) return wrong.ToProblem();
        var (sight, by) = (await sights.Of(http.Reach(), http.RequestAborted), MessageAuthor.Of(http));
        var results = new List<BulkResult>(threads.Length);
        foreach (var id in threads.Distinct(StringComparer.Ordinal))
        {
            var changed = await Run(by, sight, id, changes.Value, http.RequestAborted);
            results.Add(new BulkResult(
                id, changed.Refusal is null, changed.Refusal is { } refusal ? new BulkError(refusal.Code, refusal.Message) : null));
        }

        return TypedResults.Ok(new BulkAnswer(results));
    }

    private async Task<Results<Ok<ThreadAnswer>, ProblemHttpResult>> Answer(string id, ThreadChanges changes, HttpContext http)
    {
        if (changes.Refuse() is { } wrong) return wrong.ToProblem();
        var (reach, cancel) = (http.Reach(), http.RequestAborted);
        var sight = await sights.Of(reach, cancel);
        var changed = await Run(MessageAuthor.Of(http), sight, id, changes, cancel);
        if (changed.Refusal is { } refusal) return refusal.ToProblem();
        return TypedResults.Ok(await reading.Answer(reach, sight, changed.Value, cancel));
    }

    private async ValueTask<Result<ThreadRow>> Run(
        MessageAuthor by, ThreadSight sight, string id, ThreadChanges changes, CancellationToken cancel)
    {
        if (await ThreadRow.Find(database, by.Caller.Tenant, id, cancel) is not { } known || !sight.Sees(known))
            return MessagingRefusals.NoThread;
        var placed = await placing.Run(known, changes, cancel);
        if (placed.Refusal is { } unplaced) return unplaced;
        return await turns.Run(by, id, turn => One(turn, sight, id, placed.Value), cancel);
    }

    private async ValueTask<Result<ThreadRow>> One(MessageTurn turn, ThreadSight sight, string id, ThreadChanges changes)
    {
        var (write, cancel) = (turn.Write, turn.Cancel);
        if (await ThreadRow.Find(write, write.Tenant, id, cancel) is not { } thread || !sight.Sees(thread))
            return MessagingRefusals.NoThread;
        if (changes.Version is { } version && version != thread.Version) return MessagingRefusals.StaleVersion;
        var policy = await policies.Of(write, cancel);
        if (changes.RefuseLabels(thread, policy) is { } unknown) return unknown;
        if (changes.SnoozeUntil <= write.At) return FieldRefusals.Wrong("snoozeUntil", "a later instant");
        var placed = await placing.Apply(write, thread, changes, cancel);
        if (placed.Refusal is { } unplaced) return unplaced;
        var next = DueDates.After(thread, placed.Value, policy, write.At);
        if (changes.Subject is { } subject)
            next = next with { SealedSubject = ThreadSeals.Seal(turn.Key, ThreadSeals.Subject(write.Tenant, id), subject) };
        var assigns = changes.Assigns || next.AssignedTo != thread.AssignedTo;
        return await keeping.Run(turn, thread, next, assigns ? $"assigned={next.AssignedTo ?? "none"}" : "");
    }
}

/// <summary>What became of each thread of a bulk change.</summary>
internal sealed record BulkAnswer(IReadOnlyList<BulkResult> Results);

/// <summary>One thread of a bulk change.</summary>
internal sealed record BulkResult(string Id, bool Ok, BulkError? Error);

/// <summary>Why a thread was not changed.</summary>
internal sealed record BulkError(string Code, string Message);
