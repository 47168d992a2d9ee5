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
/// <c>POST /threads</c> begins a thread with a patient or, with <c>kind: "staff"</c>, among staff, about a patient or not: they alone see
/// it, and its first message is sent at once.
/// </summary>
internal sealed class BeginThread(
    IFindPatients patients, StaffMembers members, ThreadSights sights, TakeThread taking, ReadThread reading, WriteAnswers answers)
{
    private static readonly string[] Fields =
    [
        "kind", "participants", "patientId", "subject", "category", "priority", "content", "attachmentIds", "clientMessageId",
        "cannedResponseId", "sendAfter",
    ];

    public static void Map(IEndpointRouteBuilder staff) =>
        staff.MapPost("/threads", (HttpContext http, BeginThread use) => use.Run(http)).Audits(AuditActions.Create);

    private async Task<Results<Created<BegunThread>, ProblemHttpResult>> Run(HttpContext http)
    {
        var (reach, cancel) = (http.Reach(), http.RequestAborted);
        var fields = await JsonRequest.Fields(http.Request, Fields);
        if (fields.Refusal is { } unread) return unread.ToProblem();
        var (head, message) = (ThreadHead.Read(fields.Value), MessageRequest.Read(fields.Value));
        if ((head.Refusal ?? message.Refusal) is { } malformed) return malformed.ToProblem();
        var sight = await sights.Of(reach, cancel);
        var begun = head.Value.IsAmongStaff
            ? await AmongStaff(reach, fields.Value, head.Value, cancel) : WithPatient(sight, fields.Value, head.Value);
        if (begun.Refusal is { } unfit) return unfit.ToProblem();
        if (Placeholders.IsUnfilled(message.Value.Content)) return MessagingRefusals.Unfilled.ToProblem();
        if (head.Value.Patient is { } patient
            && (!ChosenId.IsFhirId(patient.Value) || await patients.Find(reach, patient, cancel) is null))
            return MessagingRefusals.NoPatient.ToProblem();
        var taken = await taking.Run(MessageAuthor.Of(http), sight, begun.Value, message.Value, cancel);
        if (taken.Refusal is { } refused) return refused.ToProblem();
        var thread = await reading.Answer(reach, sight, taken.Value.ThreadOf(reach.Caller), cancel);
        var (sent, scheduled) = await answers.OfThread(reach.Tenant, taken.Value, cancel);
        return TypedResults.Created(
            $"/api/patient-messages/threads/{thread.Id}", new BegunThread(thread, sent) { Scheduled = scheduled });
    }

    private static Result<ThreadBeginning> WithPatient(ThreadSight sight, RequestFields fields, ThreadHead head)
    {
        if (fields.Has("participants")) return FieldRefusals.Wrong("participants", "left out of a patient's thread");
        if (head.Patient is not { } patient) return FieldRefusals.Missing("patientId");
        var category = fields.Text("category");
        if (category.Refusal is { } malformed) return malformed;
        if (!ThreadCategory.All.Contains(category.Value)) return FieldRefusals.Wrong("category", "a category");
        if (!sight.Categories.Contains(category.Value)) return FieldRefusals.Wrong("category", "a category that your role sees");
        return new NewThread(patient, head.Subject, category.Value, head.Priority);
    }

    private async ValueTask<Result<ThreadBeginning>> AmongStaff(
        Reach reach, RequestFields fields, ThreadHead head, CancellationToken cancel)
    {
        var participants = fields.Texts("participants", StaffMembers.Most - 1);
        if (participants.Refusal is { } malformed) return malformed;
        if (participants.Value is not { Length: > 0 } named) return FieldRefusals.Missing("participants");
        if (fields.Has("category")) return FieldRefusals.Wrong("category", "left out of a thread among staff");
        if (fields.Has("sendAfter")) return FieldRefusals.Wrong("sendAfter", "left out of a message that begins a thread among staff");
        if (named.All(user => user == reach.Caller.User.Value)) return FieldRefusals.Wrong("participants", "somebody besides oneself");
        if (!await members.AreStaff(reach.Tenant, named, cancel)) return FieldRefusals.Wrong("participants", "ids of staff");
        return new NewStaffThread(named, head.Patient, head.Subject, head.Priority);
    }
}

/// <summary>What every thread that staff begin has.</summary>
/// <param name="IsAmongStaff">The patient takes no part in it.</param>
/// <param name="Patient">With whom, or about whom, it is; null: no patient is named.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Priority">How soon somebody should look.</param>
internal sealed record ThreadHead(bool IsAmongStaff, PatientId? Patient, string Subject, string Priority)
{
    public static Result<ThreadHead> Read(RequestFields fields)
    {
        var (kind, patient) = (fields.OptionalText("kind"), fields.OptionalText("patientId"));
        var (subject, priority) = (fields.Text("subject", MessageText.MostOfSubject), fields.OptionalText("priority"));
        if ((kind.Refusal ?? patient.Refusal ?? subject.Refusal ?? priority.Refusal) is { } malformed) return malformed;
        if (kind.Value is not (null or ThreadKind.Patient or ThreadKind.Staff)) return FieldRefusals.Wrong("kind", "patient or staff");
        if (priority.Value is { } named && !PriorityOfThread.All.Contains(named)) return FieldRefusals.Wrong("priority", "a priority");
        return new ThreadHead(
            kind.Value == ThreadKind.Staff, patient.Value is { } id ? new PatientId(id) : null, subject.Value,
            priority.Value ?? PriorityOfThread.Normal);
    }
}

/// <summary>A thread among staff that is to begin.</summary>
/// <param name="Participants">Users, besides the one who begins it.</param>
/// <param name="Patient">Whom it is about; null: no patient.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Priority">How soon somebody should look.</param>
internal sealed record NewStaffThread(IReadOnlyList<string> Participants, PatientId? Patient, string Subject, string Priority)
    : ThreadBeginning(Subject)
{
    public override ThreadRow Row(string id, Caller by, DateTimeOffset at) => new()
    {
        Tenant = by.Tenant,
        Id = id,
        Kind = ThreadKind.Staff,
        Patient = Patient,
        Priority = Priority,
        Members = [.. Participants.Prepend(by.User.Value).Distinct(StringComparer.Ordinal)],
        CreatedBy = by.User.Value,
        CreatedAt = at,
        LastMessageAt = at,
    };
}

/// <summary>A thread that has begun, with its first message.</summary>
internal sealed record BegunThread(ThreadAnswer Thread, IReadOnlyList<MessageAnswer> Messages)
{
    /// <summary>Where it waits: the thread is there when it is sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HeldAnswer? Scheduled { get; init; }
}
