using Vagus.Kernel;
using Vagus.Messaging.Canned;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;
using Vagus.Messaging.Words;

namespace Vagus.Messaging.Messages;

/// <summary>What is found out about a message before its turn, which waits for nothing.</summary>
internal sealed class PrepareMessage(
    Correspondents correspondents, MessagingPolicies policies, Coverage coverage, Routes routes, IReadPatients patients, IdSource ids)
{
    /// <param name="by">The author.</param>
    /// <param name="thread">As it is before the message.</param>
    /// <param name="id">The message's own.</param>
    /// <param name="request">What the author sends.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async ValueTask<Result<NewMessage>> Run(
        MessageAuthor by, ThreadRow thread, string id, MessageRequest request, CancellationToken cancel)
    {
        var (to, names) = await correspondents.Of(thread, by.Caller, cancel);
        var message = new NewMessage(id, request.Content)
        {
            SenderName = Correspondents.SenderName(by.Caller, thread),
            RecipientId = to,
            Recipients = names,
            ClientMessageId = request.ClientMessageId,
            AttachmentIds = request.AttachmentIds,
            LastSeen = request.LastSeen,
            Status = request.Status,
            CannedId = request.CannedId,
            FromPatient = by.Caller.Role == Role.Patient,
        };
        return await Complete(by, thread, message, cancel);
    }

    /// <summary>
    /// With what decides of a patient's thread: the tenant's targets and answers, where one that begins goes, and who stands in for the
    /// assignee; of a pool's, who stands in for the one of it that has taken the thread. What staff write to a patient has nothing left to
    /// fill in, by whichever door.
    /// </summary>
    public async ValueTask<Result<NewMessage>> Complete(
        MessageAuthor by, ThreadRow thread, NewMessage message, CancellationToken cancel)
    {
        if (by.Caller.Role != Role.Patient && thread.IsWithPatient && Placeholders.IsUnfilled(message.Content))
            return MessagingRefusals.Unfilled;
        if (thread.Pool is not null) return message with { Cover = await coverage.Of(thread, cancel) };
        if (thread.Kind != ThreadKind.Patient) return message;
        var policy = await policies.Of(by.Caller.Tenant, cancel);
        if (thread.LastSequence == 0) message = message with { Route = await routes.Of(thread, policy, cancel) };
        if (!message.FromPatient) return message with { Policy = policy };
        var record = thread.Patient is { } patient ? await patients.Find(by.Caller.Tenant, patient, cancel) : null;
        return message with
        {
            Policy = policy,
            AnswerId = ids.NewId(),
            Cover = await coverage.Of(thread, cancel),
            Language = Languages.OfTag(record?.Language),
        };
    }
}
