using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Kernel;
using Vagus.Messaging.Canned;
using Vagus.Messaging.Holding;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Staff;

/// <summary><c>POST /threads/{id}/messages</c> writes a message or, with <c>isInternalNote</c>, a note.</summary>
internal sealed class WriteThread(ThreadSights sights, TakeMessage taking, Notes notes, WriteAnswers answers)
{
    private static readonly string[] Fields =
    [
        "content", "isInternalNote", "attachmentIds", "lastSeenSequence", "clientMessageId", "mentions", "status", "sendAfter",
        "cannedResponseId",
    ];

    public static void Map(IEndpointRouteBuilder staff) =>
        staff.MapPost("/threads/{id}/messages", (string id, HttpContext http, WriteThread use) => use.Write(id, http))
            .Audits(AuditActions.Create);

    private async Task<Results<Created<object>, ProblemHttpResult>> Write(string id, HttpContext http)
    {
        var fields = await JsonRequest.Fields(http.Request, Fields);
        if (fields.Refusal is { } unread) return unread.ToProblem();
        var (isNote, mentions) = (fields.Value.Flag("isInternalNote"), fields.Value.Texts("mentions", Notes.MostMentions));
        var request = MessageRequest.Read(fields.Value);
        if ((isNote.Refusal ?? mentions.Refusal ?? request.Refusal) is { } malformed) return malformed.ToProblem();
        if (mentions.Value?.Any(user => !ChosenId.IsFhirId(user)) == true)
            return FieldRefusals.Wrong("mentions", "ids of users").ToProblem();
        var (by, cancel) = (MessageAuthor.Of(http), http.RequestAborted);
        var sight = await sights.Of(http.Reach(), cancel);
        var location = $"/api/patient-messages/threads/{id}";
        if (isNote.Value == true)
        {
            if (request.Value.SendAfter is not null) return FieldRefusals.Wrong("sendAfter", "left out of a note").ToProblem();
            var note = await notes.Add(by, sight, id, request.Value, mentions.Value ?? [], cancel);
            return note.Refusal is { } no ? no.ToProblem() : TypedResults.Created(location, (object)note.Value);
        }

        // Mentions are told by notes; in a message the patient would read whom they name.
        if (mentions.Value is { Length: > 0 }) return FieldRefusals.Wrong("mentions", "left out of a message").ToProblem();
        if (Placeholders.IsUnfilled(request.Value.Content)) return MessagingRefusals.Unfilled.ToProblem();
        var taken = await taking.Run(by, sight, id, request.Value, cancel);
        if (taken.Refusal is { } refused) return await answers.Of(refused, static message => message, http);
        return TypedResults.Created(location, await answers.Of(by.Caller.Tenant, taken.Value, static message => message, cancel));
    }
}
