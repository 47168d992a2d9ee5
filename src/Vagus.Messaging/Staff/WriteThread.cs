using System.Text.Json.Serialization;
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

/// <summary>
/// <c>POST /threads</c> begins a thread with a patient, <c>POST /threads/{id}/messages</c> writes a message or, with
/// <c>isInternalNote</c>, a note.
/// </summary>
internal sealed class WriteThread(
    IFindPatients patients, ThreadSights sights, TakeThread beginning, TakeMessage taking, Notes notes, ReadThread reading,
    WriteAnswers answers, BeginStaffThread amongStaff)
{
    private static readonly string[] ThreadFields =
    [
        "kind", "participants", "patientId", "subject", "category", "priority", "content", "attachmentIds", "clientMessageId",
        "cannedResponseId", "sendAfter",
    ];

    private static readonly string[] MessageFields =
    [
        "content", "isInternalNote", "attachmentIds", "lastSeenSequence", "clientMessageId", "mentions", "status", "sendAfter",
        "cannedResponseId",
    ];

    public static void Map(IEndpointRouteBuilder staff)
    {
        staff.MapPost("/threads", (HttpContext http, WriteThread use) => use.Begin(http)).Audits(AuditActions.Create);
        staff.MapPost("/threads/{id}/messages", (string id, HttpContext http, WriteThread use) => use.Write(id, http))
            .Audits(AuditActions.Create);
    }

    private async Task<Results<Created<BegunThread>, ProblemHttpResult>> Begin(HttpContext http)
    {
        var fields = await JsonRequest.Fields(http.Request, ThreadFields);
        if (fields.Refusal is { } unread) return unread.ToProblem();
        var kind = fields.Value.OptionalText("kind");
        if (kind.Refusal is { } unknown) return unknown.ToProblem();
        return kind.Value switch
        {
            null or ThreadKind.Patient when fields.Value.Has("participants") =>
                FieldRefusals.Wrong("participants", "left out of a patient's thread").ToProblem(),
            null or ThreadKind.Patient => await BeginWithPatient(http, fields.Value),
            ThreadKind.Staff => await amongStaff.Run(http, fields.Value),
            _ => FieldRefusals.Wrong("kind", "patient or staff").ToProblem(),
        };
    }

    private async Task<Results<Created<BegunThread>, ProblemHttpResult>> BeginWithPatient(HttpContext http, RequestFields fields)
    {
        var (reach, cancel) = (http.Reach(), http.RequestAborted);
        var (patient, begun, message) = (fields.Text("patientId"), ThreadOf(fields), MessageRequest.Read(fields));
        if ((patient.Refusal ?? begun.Refusal ?? message.Refusal) is { } malformed) return malformed.ToProblem();
        if (Placeholders.IsUnfilled(message.Value.Content)) return MessagingRefusals.Unfilled.ToProblem();
        var sight = await sights.Of(reach, cancel);
        var of = begun.Value with { Patient = new PatientId(patient.Value) };
        if (!ChosenId.IsFhirId(patient.Value) || await patients.Find(reach, of.Patient, cancel) is null)
            return MessagingRefusals.NoPatient.ToProblem();
        if (!sight.Categories.Contains(of.Category)) return FieldRefusals.Wrong("category", "a category that your role sees").ToProblem();
        var taken = await beginning.Run(MessageAuthor.Of(http), sight, of, message.Value, cancel);
        if (taken.Refusal is { } refused) return refused.ToProblem();
        var thread = await reading.Answer(reach, sight, taken.Value.ThreadOf(reach.Caller), cancel);
        var (sent, scheduled) = await answers.OfThread(reach.Tenant, taken.Value, cancel);
        return TypedResults.Created(
            $"/api/patient-messages/threads/{thread.Id}", new BegunThread(thread, sent) { Scheduled = scheduled });
    }

    private async Task<Results<Created<object>, ProblemHttpResult>> Write(string id, HttpContext http)
    {
        var fields = await JsonRequest.Fields(http.Request, MessageFields);
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

    private static Result<NewThread> ThreadOf(RequestFields fields)
    {
        var (subject, category, priority) = (
            fields.Text("subject", MessageText.MostOfSubject), fields.Text("category"), fields.OptionalText("priority"));
        if ((subject.Refusal ?? category.Refusal ?? priority.Refusal) is { } refusal) return refusal;
        if (!ThreadCategory.All.Contains(category.Value)) return FieldRefusals.Wrong("category", "a category");
        if (priority.Value is { } named && !PriorityOfThread.All.Contains(named)) return FieldRefusals.Wrong("priority", "a priority");
        return new NewThread(default, subject.Value, category.Value, priority.Value ?? PriorityOfThread.Normal);
    }
}

/// <summary>A thread that has begun, with its first message.</summary>
internal sealed record BegunThread(ThreadAnswer Thread, IReadOnlyList<MessageAnswer> Messages)
{
    /// <summary>Where it waits: the thread is there when it is sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HeldAnswer? Scheduled { get; init; }
}
