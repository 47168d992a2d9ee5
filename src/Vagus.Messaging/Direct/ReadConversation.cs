using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Direct;

/// <summary>
/// <c>GET /api/messages/conversation?userId=</c>: the messages with somebody; <c>GET /api/messages/by-context?type=&amp;id=</c>: those
/// about something, of all threads that the caller sees. Oldest first; <c>before</c> pages back.
/// </summary>
internal sealed class ReadConversation(
    Database database, ThreadSights sights, FindRecipient recipients, MessageAnswers answers, AuditTrail audit)
{
    public static void Map(IEndpointRouteBuilder messages)
    {
        messages.MapGet(
            "/conversation",
            (string? userId, string? before, int? limit, HttpContext http, ReadConversation use) => use.With(userId, before, limit, http))
            .Audits(AuditActions.ReadThread);
        messages.MapGet(
            "/by-context",
            (string? type, string? id, string? before, int? limit, HttpContext http, ReadConversation use) =>
                use.About((type, id), before, limit, http))
            .Audits(AuditActions.ReadThread);
    }

    private async Task<Results<Ok<MessageList>, ProblemHttpResult>> With(string? userId, string? before, int? limit, HttpContext http)
    {
        var (reach, cancel) = (http.Reach(), http.RequestAborted);
        var asked = MessagePage.Read(before, limit);
        if (asked.Refusal is { } malformed) return malformed.ToProblem();
        if (string.IsNullOrEmpty(userId)) return FieldRefusals.Missing("userId").ToProblem();
        var recipient = await recipients.Find(reach, userId, cancel);
        // To whom the caller may not begin to write, it may have been written by, or have written about a delivery.
        if (recipient.Refusal is { Kind: not RefusalKind.NotFound } refusal) return refusal.ToProblem();
        var threads = recipient.IsRefused ? await recipients.ThreadsWith(reach, userId, cancel)
            : await DirectIds.Now(database, reach.Tenant, Correspondents.SideOf(reach.Caller), [recipient.Value.Name], cancel);
        var thread = await Seen(reach, threads, cancel);
        if (recipient.Refusal is { } nobody && thread is null) return nobody.ToProblem();
        var page = thread is not null
            ? await ReadMessages.Before(database, reach.Tenant, thread.Id, asked.Value, cancel) : new MessagePage([], null);
        return await Answer(http, page.Rows, page.NextCursor, [thread?.Patient]);
    }

    private async ValueTask<ThreadRow?> Seen(Reach reach, IReadOnlyList<string> threads, CancellationToken cancel)
    {
        var sight = await sights.Of(reach, cancel);
        foreach (var id in threads)
        {
            if (await ThreadRow.Find(database, reach.Tenant, id, cancel) is { } thread && sight.Sees(thread)) return thread;
        }

        return null;
    }

    private async Task<Results<Ok<MessageList>, ProblemHttpResult>> About(
        (string? Type, string? Id) context, string? before, int? limit, HttpContext http)
    {
        var (reach, cancel) = (http.Reach(), http.RequestAborted);
        if (before is not null && !ChosenId.IsFhirId(before)) return MessagePage.WrongCursor.ToProblem();
        if (context is not ({ } type, { } id) || MessageContext.TypeOf(type) is null || !ChosenId.IsFhirId(id))
            return MessagingRefusals.WrongContext.ToProblem();
        var (sight, size) = (await sights.Of(reach, cancel), MessagePage.LimitOf(limit));
        var found = await database.Query(
            ByContext, [reach.Tenant.Value, type, id, before ?? "", .. sight.Values, size + 1L],
            row => (Message: MessageRow.Read(row), Patient: row.IsDBNull(15) ? default(PatientId?) : new PatientId(row.GetString(15))),
            cancel);
        var next = found.Count > size ? found[size - 1].Message.Id : null;
        if (found.Count > size) found.RemoveAt(size);
        found.Reverse();
        return await Answer(http, found.ConvertAll(each => each.Message), next, found.Select(each => each.Patient));
    }

    private async Task<Results<Ok<MessageList>, ProblemHttpResult>> Answer(
        HttpContext http, IReadOnlyList<MessageRow> rows, string? next, IEnumerable<PatientId?> patients)
    {
        var tenant = http.Caller().Tenant;
        var entry = ReadEntries.Of(MessageAuthor.Of(http), "Communication", rows.Select(row => row.Id), patients);
        if (await audit.Append(tenant, entry) is { } unrecorded) return unrecorded.ToProblem();
        var items = await answers.Of(tenant, rows, http.RequestAborted);
        return TypedResults.Ok(new MessageList(items, next));
    }

    private static readonly Statement ByContext = ListSql.With(list => $"""
        select {MessageRow.Columns},
          t.patient_id
        from messaging_message g
        join messaging_thread t on t.tenant_id = g.tenant_id and t.thread_id = g.thread_id
        where g.tenant_id = @tenant_id
          and g.context_type = @type
          and g.context_id = @id
          and (@before = '' or (g.sent_at, g.message_id) < (
            select b.sent_at, b.message_id from messaging_message b where b.tenant_id = g.tenant_id and b.message_id = @before))
          and {ThreadSight.Condition(list)}
        order by g.sent_at desc, g.message_id desc
        limit @limit
        """);
}

/// <summary>
/// Messages, oldest first. <paramref name="NextCursor"/>, given as <c>before</c>, leads to older ones; null on the last page.
/// </summary>
internal sealed record MessageList(IReadOnlyList<MessageAnswer> Items, string? NextCursor);
