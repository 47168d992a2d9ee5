using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Files;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Messaging.Drafts;
using Vagus.Messaging.Exporting;
using Vagus.Messaging.Holding;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Portal;

/// <summary>
/// <c>/api/patient-portal/messages</c>: a patient's threads with the care team; who holds a proxy acts for its dependants.
/// </summary>
internal sealed class PortalDoor(
    PortalThreads threads, TakeThread beginning, TakeMessage taking, WriteAnswers answers, MarkRead marking, UnreadThreads unread)
{
    private static readonly string[] ThreadFields =
        ["patientId", "subject", "category", "content", "attachmentIds", "clientMessageId", "sendAfter"];

    private static readonly string[] MessageFields = ["content", "attachmentIds", "lastSeenSequence", "clientMessageId", "sendAfter"];

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var portal = endpoints.MapGroup("/api/patient-portal/messages").RequireCaller(Role.Patient).RecordsRefusals();
        ReadPortal.Map(portal);
        portal.MapPost("/threads", (HttpContext http, PortalDoor use) => use.Begin(http)).Audits(AuditActions.Create);
        portal.MapPost("/threads/{id}/messages", (string id, HttpContext http, PortalDoor use) => use.Write(id, http))
            .Audits(AuditActions.Create).Produces<PortalMessage>(StatusCodes.Status201Created);
        portal.MapPost("/threads/{id}/mark-read", (string id, HttpContext http, PortalDoor use) => use.Mark(id, http))
            .Audits(AuditActions.MarkRead);
        portal.MapGet("/unread-count", (HttpContext http, PortalDoor use) => use.Unread(http)).Audits(AuditActions.ReadThread);
        KeepDraft.Map(portal, forStaff: false);
        HeldDoor.Map(portal, PortalMessage.Of);
        ExportThread.Map(portal, forStaff: false);
        portal.MapMessageUpload();
        portal.MapGet("/attachments/{id}", (string id, HttpContext http, GiveAttachment use) => use.Answer(id, http))
            .Audits(AuditActions.ReadFile);
    }

    private async Task<Results<Created<BegunPortalThread>, ProblemHttpResult>> Begin(HttpContext http)
    {
        var fields = await JsonRequest.Fields(http.Request, ThreadFields);
        if (fields.Refusal is { } unreadBody) return unreadBody.ToProblem();
        var (reach, cancel) = (http.Reach(), http.RequestAborted);
        var (patient, subject, category) = (
            fields.Value.OptionalText("patientId"), fields.Value.Text("subject", MessageText.MostOfSubject), fields.Value.Text("category"));
        var message = MessageRequest.Read(fields.Value);
        if ((patient.Refusal ?? subject.Refusal ?? category.Refusal ?? message.Refusal) is { } malformed) return malformed.ToProblem();
        if (!ThreadCategory.All.Contains(category.Value)) return FieldRefusals.Wrong("category", "a category").ToProblem();
        var own = reach.Caller.OwnPatients;
        if (own.Count == 0) return MessagingRefusals.NoPatient.ToProblem();
        var whose = patient.Value is { } named ? new PatientId(named) : own[0];
        if (!own.Contains(whose)) return MessagingRefusals.NoPatient.ToProblem();
        var begun = new NewThread(whose, subject.Value, category.Value, PriorityOfThread.Normal);
        var sight = await threads.Sight(reach, cancel);
        var taken = await beginning.Run(MessageAuthor.Of(http), sight, begun, message.Value, cancel);
        if (taken.Refusal is { } refused) return refused.ToProblem();
        var thread = await threads.Answer(reach, sight, taken.Value.ThreadOf(reach.Caller), cancel);
        var (sent, scheduled) = await answers.OfThread(reach.Tenant, taken.Value, cancel);
        return TypedResults.Created(
            $"/api/patient-portal/messages/threads/{thread.Id}",
            new BegunPortalThread(thread, [.. sent.Select(PortalMessage.Of)]) { Scheduled = scheduled });
    }

    private async Task<Results<Created<object>, ProblemHttpResult>> Write(string id, HttpContext http)
    {
        var fields = await JsonRequest.Fields(http.Request, MessageFields);
        if (fields.Refusal is { } unreadBody) return unreadBody.ToProblem();
        var request = MessageRequest.Read(fields.Value);
        if (request.Refusal is { } malformed) return malformed.ToProblem();
        var (reach, cancel) = (http.Reach(), http.RequestAborted);
        var sight = await threads.Sight(reach, cancel);
        if (await threads.Find(sight, id, cancel) is null) return MessagingRefusals.NoThread.ToProblem();
        var taken = await taking.Run(MessageAuthor.Of(http), sight, id, request.Value, cancel);
        if (taken.Refusal is { } refused) return await answers.Of(refused, PortalMessage.Of, http);
        return TypedResults.Created(
            $"/api/patient-portal/messages/threads/{id}", await answers.Of(reach.Tenant, taken.Value, PortalMessage.Of, cancel));
    }

    private async Task<Results<Ok<ReadUpTo>, ProblemHttpResult>> Mark(string id, HttpContext http)
    {
        var sight = await threads.Sight(http.Reach(), http.RequestAborted);
        return await marking.Answer(http, thread => PortalThreads.IsShown(sight, thread), id, notes: false);
    }

    private async Task<Results<Ok<UnreadAnswer>, ProblemHttpResult>> Unread(HttpContext http) =>
        await unread.Answer(http, await threads.Sight(http.Reach(), http.RequestAborted), patientThreadsOnly: true);
}

/// <summary>A thread that has begun, with its first message.</summary>
internal sealed record BegunPortalThread(PortalThread Thread, IReadOnlyList<PortalMessage> Messages)
{
    /// <summary>Where it waits: the thread is there when it is sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HeldAnswer? Scheduled { get; init; }
}
