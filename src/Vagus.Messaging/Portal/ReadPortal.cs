using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Searching;
using Vagus.Messaging.Threads;
using Vagus.Storage;

namespace Vagus.Messaging.Portal;

/// <summary>
/// <c>GET /threads</c> and <c>GET /threads/{id}</c> for patients. Nothing here reads the table of notes, and a search asks for open texts.
/// </summary>
internal sealed class ReadPortal(Database database, PortalThreads threads, FindThreads finding, MessageAnswers answers, AuditTrail audit)
{
    public static void Map(IEndpointRouteBuilder portal)
    {
        portal.MapGet(
            "/threads",
            (string? category, string? status, string? patientId, string? search, string? cursor, int? offset, int? limit, HttpContext http,
                ReadPortal use) => use.List(
                    new ThreadFilter
                    {
                        Kind = ThreadKind.Patient, Category = category ?? "", Status = status ?? "", Patient = patientId ?? "",
                    },
                    search, (cursor, offset, limit), http))
            .Audits(AuditActions.ReadThread);
        portal.MapGet(
            "/threads/{id}", (string id, string? before, int? limit, HttpContext http, ReadPortal use) => use.One(id, before, limit, http))
            .Audits(AuditActions.ReadThread);
    }

    private async Task<Results<Ok<PortalThreadList>, ProblemHttpResult>> List(
        ThreadFilter filter, string? search, (string? Cursor, int? Offset, int? Limit) page, HttpContext http)
    {
        if (filter.Category.Length > 0 && !ThreadCategory.All.Contains(filter.Category))
            return FieldRefusals.Wrong("category", "a category").ToProblem();
        if (filter.Status.Length > 0 && !ThreadStatus.All.Contains(filter.Status))
            return FieldRefusals.Wrong("status", "a status").ToProblem();
        if (filter.Patient.Contains('\0', StringComparison.Ordinal)) return MessagingRefusals.BrokenText.ToProblem();
        var cursor = ThreadCursor.Read(page.Cursor, page.Offset);
        if (cursor.Refusal is { } malformed) return malformed.ToProblem();
        var (reach, cancel) = (http.Reach(), http.RequestAborted);
        var sight = await threads.Sight(reach, cancel);
        var read = await finding.Page(sight, filter, search, openOnly: true, (cursor.Value, MessagePage.LimitOf(page.Limit)), cancel);
        if (read.Refusal is { } unsearched) return unsearched.ToProblem();
        var (found, next, matches) = (read.Value.Threads, read.Value.Next, read.Value.Matches);
        var entry = ReadEntries.Of(
            MessageAuthor.Of(http), "Thread", found.Select(each => each.Thread.Id), found.Select(each => each.Thread.Patient));
        if (await audit.Append(reach.Tenant, read.Value.Told(entry)) is { } unrecorded) return unrecorded.ToProblem();
        var items = new List<PortalThread>(found.Count);
        foreach (var each in found)
        {
            var item = await threads.Answer(reach, each.Thread, each.Unread, cancel);
            items.Add(matches is null ? item : item with { Matches = matches[item.Id] });
        }

        return TypedResults.Ok(new PortalThreadList(items, next));
    }

    private async Task<Results<Ok<WholePortalThread>, ProblemHttpResult>> One(string id, string? before, int? limit, HttpContext http)
    {
        var (reach, cancel) = (http.Reach(), http.RequestAborted);
        var asked = MessagePage.Read(before, limit);
        if (asked.Refusal is { } malformed) return malformed.ToProblem();
        var sight = await threads.Sight(reach, cancel);
        if (await threads.Find(sight, id, cancel) is not { } thread) return MessagingRefusals.NoThread.ToProblem();
        var page = await ReadMessages.Before(database, reach.Tenant, id, asked.Value, cancel);
        var entry = ReadEntries.Of(MessageAuthor.Of(http), thread, page.Rows.Select(row => row.Id));
        if (await audit.Append(reach.Tenant, entry) is { } unrecorded) return unrecorded.ToProblem();
        var messages = await answers.Of(reach.Tenant, page.Rows, cancel);
        return TypedResults.Ok(new WholePortalThread(
            await threads.Answer(reach, sight, thread, cancel), [.. messages.Select(PortalMessage.Of)],
            page.NextCursor));
    }
}

/// <summary>A page of a patient's threads.</summary>
internal sealed record PortalThreadList(IReadOnlyList<PortalThread> Items, string? NextCursor);

/// <summary>A patient's thread with a page of its messages, oldest first.</summary>
internal sealed record WholePortalThread(PortalThread Thread, IReadOnlyList<PortalMessage> Messages, string? NextCursor);
