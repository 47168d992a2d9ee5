using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Files;
using Vagus.Access.Policies;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Messaging.Drafts;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;

namespace Vagus.Messaging.Holding;

/// <summary>
/// <c>GET …/scheduled</c>: what of the caller waits, with what was stopped. <c>DELETE …/scheduled/{id}</c> takes it back: its text becomes
/// the draft of its thread where there is none. <c>POST …/scheduled/{id}/release</c> sends it now.
/// </summary>
internal sealed class HeldDoor(
    Database database, HeldAnswers answers, MessageTurns turns, SendHeld sending, MessageAnswers messages, ContentVault vault,
    AuditTrail audit)
{
    public static void Map(IEndpointRouteBuilder group, Func<MessageAnswer, object> form)
    {
        group.MapGet("/scheduled", (string? threadId, HttpContext http, HeldDoor use) => use.List(threadId ?? "", http))
            .Audits(AuditActions.ReadThread);
        group.MapDelete("/scheduled/{id}", (string id, HttpContext http, HeldDoor use) => use.TakeBack(id, http))
            .Audits(AuditActions.Delete);
        group.MapPost("/scheduled/{id}/release", (string id, HttpContext http, HeldDoor use) => use.Release(id, form, http))
            .Audits(AuditActions.Create);
    }

    private async Task<Results<Ok<HeldList>, ProblemHttpResult>> List(string thread, HttpContext http)
    {
        if (thread.Contains('\0', StringComparison.Ordinal)) return MessagingRefusals.BrokenText.ToProblem();
        var (caller, cancel) = (http.Caller(), http.RequestAborted);
        var held = await HeldMessage.Of(database, caller, thread, cancel);
        var entry = AuditEntry.Of(AuditActions.ReadThread, caller, AuditOrigin.Of(http)) with
        {
            On = "HeldMessage", Shown = [.. held.Select(row => row.Id)],
        };
        if (await audit.Append(caller.Tenant, entry) is { } unrecorded) return unrecorded.ToProblem();
        return TypedResults.Ok(new HeldList(await answers.Of(caller.Tenant, held, cancel)));
    }

    private async Task<Results<Ok<HeldAnswer>, ProblemHttpResult>> TakeBack(string id, HttpContext http)
    {
        var (by, cancel) = (MessageAuthor.Of(http), http.RequestAborted);
        if (await HeldMessage.Find(database, by.Caller, id, cancel) is not { } held) return MessagingRefusals.NoHeld.ToProblem();
        var answer = await answers.Of(held, cancel);
        var place = held.Begins is null ? new DraftPlace(DraftKind.Message, held.ThreadId) : DraftPlace.NewThread;
        var key = await vault.KeyFor(KeepDraft.ScopeOf(by.Caller, place), cancel);
        if (key.Refusal is { } noKey) return noKey.ToProblem();
        using var used = key.Value;
        var taken = await turns.Run(by, held.ThreadId, turn => TakeBack(turn, held, answer, place, used), cancel);
        return taken.Refusal is { } refused ? refused.ToProblem() : TypedResults.Ok(answer);
    }

    private static async ValueTask<Result<bool>> TakeBack(
        MessageTurn turn, HeldMessage held, HeldAnswer answer, DraftPlace place, ScopeKey key)
    {
        var (write, user) = (turn.Write, turn.Caller.User);
        if (!await held.Remove(write, turn.Cancel)) return MessagingRefusals.NoHeld;
        await AddMessage.Unbind(turn, held.Id, held.AttachmentIds);
        if (answer.Content is { } content && await DraftTable.Find(write, write.Tenant, user, place, turn.Cancel) is null)
        {
            var draft = KeepDraft.Sealed(key, write.Tenant, user, place, DraftOf(content, answer.Begins), before: null, write.At);
            await DraftTable.Put(write, user, place, draft, turn.Cancel);
            // Not those that were quarantined meanwhile.
            foreach (var file in held.AttachmentIds) await StoredFiles.Bind(write, file, user, place.FilesOf(user), turn.Cancel);
        }

        AuditTrail.Add(write, AuditEntry.Of(AuditActions.Delete, turn.Caller, turn.By.Origin) with
        {
            On = $"HeldMessage/{held.Id}", Detail = $"thread={held.ThreadId}",
        });
        return true;
    }

    private static DraftContent DraftOf(string content, BeginningAnswer? begins) => new(content)
    {
        Subject = begins?.Subject, Category = begins?.Category, PatientId = begins?.PatientId,
    };

    private async Task<Results<Created<object>, ProblemHttpResult>> Release(string id, Func<MessageAnswer, object> form, HttpContext http)
    {
        var (by, cancel) = (MessageAuthor.Of(http), http.RequestAborted);
        if (await HeldMessage.Find(database, by.Caller, id, cancel) is not { } held) return MessagingRefusals.NoHeld.ToProblem();
        var sent = await sending.Run(by, held, cancel);
        if (sent.Refusal is { } refused) return refused.ToProblem();
        return TypedResults.Created(
            $"/fhir/Communication/{id}", form(await messages.Of(by.Caller.Tenant, sent.Value.Message, cancel)));
    }
}

/// <summary>What waits, the next one first.</summary>
internal sealed record HeldList(IReadOnlyList<HeldAnswer> Items);
