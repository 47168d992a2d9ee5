using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;

namespace Vagus.Messaging.Staff;

/// <summary>
/// <c>GET /threads/{id}</c>: the thread with its last messages, and the notes in their places among them; <c>before</c> pages back.
/// </summary>
internal sealed class ReadThread(
    Database database, ThreadSights sights, ThreadPages pages, ThreadAnswers threads, MessageAnswers messages, NoteAnswers notes,
    AuditTrail audit)
{
    public static void Map(IEndpointRouteBuilder staff) => staff.MapGet(
        "/threads/{id}",
        (string id, string? before, int? limit, HttpContext http, ReadThread use) => use.Run(id, before, limit, http))
        .Audits(AuditActions.ReadThread);

    public async ValueTask<ThreadAnswer> Answer(Reach reach, ThreadSight sight, ThreadRow thread, CancellationToken cancel) =>
        (await threads.Of(reach, [await pages.Count(sight, thread, cancel)], cancel))[0];

    private async Task<Results<Ok<WholeThread>, ProblemHttpResult>> Run(string id, string? before, int? limit, HttpContext http)
    {
        var (reach, cancel) = (http.Reach(), http.RequestAborted);
        var asked = ThreadPlace.Read(before);
        if (asked.Refusal is { } malformed) return malformed.ToProblem();
        var sight = await sights.Of(reach, cancel);
        if (await ThreadRow.Find(database, reach.Tenant, id, cancel) is not { } thread || !sight.Sees(thread))
            return MessagingRefusals.NoThread.ToProblem();
        var page = await Page(thread, asked.Value, MessagePage.LimitOf(limit), cancel);
        var entry = ReadEntries.Of(
            MessageAuthor.Of(http), thread, page.Messages.Select(row => row.Id).Concat(page.Notes.Select(note => note.Id)));
        if (await audit.Append(reach.Tenant, entry) is { } unrecorded) return unrecorded.ToProblem();
        var merged = Merged(
            await messages.Of(reach.Tenant, page.Messages, cancel), await notes.Of(reach.Tenant, page.Notes, cancel));
        return TypedResults.Ok(new WholeThread(await Answer(reach, sight, thread, cancel), merged, page.Next?.ToString()));
    }

    /// <summary>
    /// The newest of what there is. Where notes fill a page, it begins with the first of them, and not with a message before it.
    /// </summary>
    private async ValueTask<(IReadOnlyList<MessageRow> Messages, IReadOnlyList<NoteRow> Notes, ThreadPlace? Next)> Page(
        ThreadRow thread, ThreadPlace place, int limit, CancellationToken cancel)
    {
        var page = await ReadMessages.Before(database, thread.Tenant, thread.Id, (place.Message, limit), cancel);
        var (shown, hasMore) = await notes.Last(thread.Tenant, thread.Id, page.Before ?? 0, place, cancel);
        if (!hasMore) return (page.Rows, shown, page.Before is { } next ? new ThreadPlace(next, long.MaxValue) : null);
        var first = shown[0];
        return (
            [.. page.Rows.Where(row => row.Sequence > first.AfterSequence)], shown,
            new ThreadPlace(first.AfterSequence + 1, first.Number));
    }

    private static List<object> Merged(IReadOnlyList<MessageAnswer> messages, IReadOnlyList<NoteAnswer> notes)
    {
        var behind = notes.ToLookup(note => note.AfterSequence);
        List<object> merged = [.. notes.Where(note => messages.Count == 0 || note.AfterSequence < messages[0].Sequence)];
        foreach (var message in messages)
        {
            merged.Add(message);
            merged.AddRange(behind[message.Sequence]);
        }

        return merged;
    }
}

/// <summary>A thread with a page of what is in it, oldest first: messages and notes, which their <c>kind</c> tells apart.</summary>
internal sealed record WholeThread(ThreadAnswer Thread, IReadOnlyList<object> Messages, string? NextCursor);
