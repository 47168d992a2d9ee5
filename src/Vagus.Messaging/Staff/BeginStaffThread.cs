using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
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
/// <c>POST /threads</c> with <c>kind: "staff"</c>: staff write to each other, about a patient or not. They alone see the thread; its first
/// message is sent at once.
/// </summary>
internal sealed class BeginStaffThread(
    IFindPatients patients, StaffMembers members, ThreadSights sights, WriteInThread writing, ReadThread reading, WriteAnswers answers)
{
    public async Task<Results<Created<BegunThread>, ProblemHttpResult>> Run(HttpContext http, RequestFields fields)
    {
        var (reach, cancel) = (http.Reach(), http.RequestAborted);
        var (begun, message) = (Read(fields), MessageRequest.Read(fields));
        if ((begun.Refusal ?? message.Refusal) is { } malformed) return malformed.ToProblem();
        if (Placeholders.IsUnfilled(message.Value.Content)) return MessagingRefusals.Unfilled.ToProblem();
        if (begun.Value.Patient is { } patient
            && (!ChosenId.IsFhirId(patient.Value) || await patients.Find(reach, patient, cancel) is null))
            return MessagingRefusals.NoPatient.ToProblem();
        if (!await members.AreStaff(reach.Tenant, begun.Value.Participants, cancel)) return NotStaff.ToProblem();
        var sight = await sights.Of(reach, cancel);
        var sent = await writing.Begin(MessageAuthor.Of(http), sight, begun.Value, message.Value, cancel);
        if (sent.Refusal is { } refused) return refused.ToProblem();
        var thread = await reading.Answer(reach, sight, sent.Value.Thread, cancel);
        var (shown, _) = await answers.OfThread(reach.Tenant, new TakenMessage(sent.Value, null), cancel);
        return TypedResults.Created($"/api/patient-messages/threads/{thread.Id}", new BegunThread(thread, shown));
    }

    private static Result<NewStaffThread> Read(RequestFields fields)
    {
        var (subject, priority, patient) = (
            fields.Text("subject", MessageText.MostOfSubject), fields.OptionalText("priority"), fields.OptionalText("patientId"));
        var participants = fields.Texts("participants", StaffMembers.Most - 1);
        if ((subject.Refusal ?? priority.Refusal ?? patient.Refusal ?? participants.Refusal) is { } refusal) return refusal;
        if (participants.Value is not { Length: > 0 } named) return FieldRefusals.Missing("participants");
        if (fields.Has("category")) return FieldRefusals.Wrong("category", "left out of a thread among staff");
        if (fields.Has("sendAfter")) return FieldRefusals.Wrong("sendAfter", "left out of a message that begins a thread among staff");
        if (priority.Value is { } urgency && !PriorityOfThread.All.Contains(urgency)) return FieldRefusals.Wrong("priority", "a priority");
        return new NewStaffThread(
            named, patient.Value is { } id ? new PatientId(id) : null, subject.Value, priority.Value ?? PriorityOfThread.Normal);
    }

    private static readonly Refusal NotStaff = FieldRefusals.Wrong("participants", "ids of staff");
}

/// <summary>A thread among staff that is to begin.</summary>
/// <param name="Participants">Users, besides the one who begins it.</param>
/// <param name="Patient">Whom it is about; null: no patient.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Priority">How soon somebody should look.</param>
internal sealed record NewStaffThread(IReadOnlyList<string> Participants, PatientId? Patient, string Subject, string Priority) : INewThread
{
    public ThreadRow Row(string id, Caller by, DateTimeOffset at) => new()
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
