using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Searching;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;

namespace Vagus.Messaging.Staff;

/// <summary>
/// <c>GET /threads</c>: what the caller sees, the latest message first; with <c>search</c> only threads whose texts have the words.
/// </summary>
internal sealed class ListThreads(ThreadSights sights, ThreadAnswers answers, FindThreads finding, AuditTrail audit)
{
    public static void Map(IEndpointRouteBuilder staff) => staff.MapGet(
        "/threads",
        (string? kind, string? category, string? status, string? priority, string? assignedTo, string? team, bool? unread,
            string? patientId, string? label, bool? overdue, bool? snoozed, bool? following, string? search, string? cursor, int? offset,
            int? limit, HttpContext http, ListThreads use) => use.Run(
            new ThreadFilter
            {
                Kind = kind ?? "", Category = category ?? "", Status = status ?? "", Priority = priority ?? "",
                AssignedTo = assignedTo ?? "", Team = team ?? "", Patient = patientId ?? "", Unread = unread == true, Label = label ?? "",
                Overdue = overdue == true, Snoozed = snoozed, Following = following == true,
            },
            search, (cursor, offset, limit), http))
        .Audits(AuditActions.ReadThread);

    private async Task<Results<Ok<ThreadList>, ProblemHttpResult>> Run(
        ThreadFilter filter, string? search, (string? Cursor, int? Offset, int? Limit) page, HttpContext http)
    {
        if (Refuse(filter) is { } unknown) return unknown.ToProblem();
        var cursor = ThreadCursor.Read(page.Cursor, page.Offset);
        if (cursor.Refusal is { } malformed) return malformed.ToProblem();
        var (reach, cancel) = (http.Reach(), http.RequestAborted);
        if (filter.AssignedTo == "me") filter = filter with { AssignedTo = reach.Caller.User.Value };
        var sight = await sights.Of(reach, cancel);
        var found = await finding.Page(sight, filter, search, openOnly: false, (cursor.Value, MessagePage.LimitOf(page.Limit)), cancel);
        if (found.Refusal is { } unsearched) return unsearched.ToProblem();
        var (threads, next, matches) = (found.Value.Threads, found.Value.Next, found.Value.Matches);
        var entry = ReadEntries.Of(
            MessageAuthor.Of(http), "Thread", threads.Select(each => each.Thread.Id), threads.Select(each => each.Thread.Patient));
        if (await audit.Append(reach.Tenant, found.Value.Told(entry)) is { } unrecorded) return unrecorded.ToProblem();
        var items = await answers.Of(reach, threads, cancel);
        return TypedResults.Ok(
            new ThreadList(matches is null ? items : [.. items.Select(item => item with { Matches = matches[item.Id] })], next));
    }

    // An unknown word would find nothing and look like an empty inbox.
    private static Refusal? Refuse(ThreadFilter filter)
    {
        if (filter.Kind.Length > 0 && !ThreadKind.All.Contains(filter.Kind)) return FieldRefusals.Wrong("kind", "a kind of threads");
        if (filter.Category.Length > 0 && !ThreadCategory.All.Contains(filter.Category))
            return FieldRefusals.Wrong("category", "a category");
        if (filter.Status.Length > 0 && !ThreadStatus.All.Contains(filter.Status)) return FieldRefusals.Wrong("status", "a status");
        if (filter.Priority.Length > 0 && !PriorityOfThread.All.Contains(filter.Priority))
            return FieldRefusals.Wrong("priority", "a priority");
        if (filter.Team.Length > 0 && !RoutingRule.IsTeam(filter.Team)) return FieldRefusals.Wrong("team", "the id of a team");
        if (filter.Label.Length > 0 && !ChosenId.IsValid(filter.Label)) return FieldRefusals.Wrong("label", "the id of a label");
        return filter.Patient.Contains('\0', StringComparison.Ordinal) || filter.AssignedTo.Contains('\0', StringComparison.Ordinal)
            ? MessagingRefusals.BrokenText : null;
    }
}

/// <summary>A page of threads.</summary>
internal sealed record ThreadList(IReadOnlyList<ThreadAnswer> Items, string? NextCursor);
