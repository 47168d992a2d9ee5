using Vagus.Access.Audit;
using Vagus.Events;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Messages;

/// <summary>
/// Its sender takes a message back, with a reason: from then on no reader is shown its content. It keeps its place, and stays sealed for an
/// inquiry. Taking it back twice changes nothing.
/// </summary>
internal sealed class RetractMessage(Database database, MessageTurns turns, MessageRecords records, ThreadEvents events)
{
    public const int MostOfReason = 500;

    public async ValueTask<Result<MessageRow>> Run(
        MessageAuthor by, ThreadSight sight, string message, string reason, CancellationToken cancel)
    {
        if (MessageText.Refuse(reason, mayBeEmpty: false) is { } unfit) return unfit;
        if (await ReadMessages.Find(database, by.Caller.Tenant, message, cancel) is not { } found) return MessagingRefusals.NoMessage;
        return await turns.Run(by, found.ThreadId, turn => One(turn, sight, found, reason), cancel);
    }

    private async ValueTask<Result<MessageRow>> One(MessageTurn turn, ThreadSight sight, MessageRow found, string reason)
    {
        var (write, cancel) = (turn.Write, turn.Cancel);
        if (await ThreadRow.Find(write, write.Tenant, found.ThreadId, cancel) is not { } thread || !sight.Sees(thread))
            return MessagingRefusals.NoMessage;
        if (await ReadMessages.Find(write, write.Tenant, found.Id, cancel) is not { } message) return MessagingRefusals.NoMessage;
        if (message.SenderId != turn.Caller.User.Value) return MessagingRefusals.NotYours;
        if (message.IsRetracted)
        {
            ReadEntries.Add(turn, thread, message.Id);
            return message;
        }

        var retracted = message with { Status = MessageStatus.Retracted };
        var sealedReason = ThreadSeals.Seal(
            turn.Key, ThreadSeals.Reason(write.Tenant, thread.Id, message.Id, message.Sequence), reason);
        await write.Queue(SetRetracted, [sealedReason, write.Tenant.Value, message.Id], cancel);
        if (message.Sequence == thread.PreviewSequence)
            await ThreadTables.Replace(write, thread, thread with { SealedPreview = null }, cancel);
        var record = new MessageRecord(
            message.Id, CommunicationJson.Write(thread, retracted), ThreadReaders.Of(thread), [], IsNew: false);
        if (await records.Put(write, turn.Caller, turn.By.Origin, [record], cancel) is { } refusal) return refusal;
        AuditTrail.Add(write, AuditEntry.Of(AuditActions.ChangeThread, turn.Caller, turn.By.Origin) with
        {
            On = $"Thread/{thread.Id}", Patients = thread.Patient is { } patient ? [patient] : [], Detail = $"retracted={message.Id}",
        });
        var told = new MessageRetracted(
            message.Id, thread.Id, thread.Kind, message.Sequence, turn.Caller.User.Value, write.At, thread.Members, thread.Patient?.Value,
            $"Communication/{message.Id}");
        // What live readers keep of the message in memory holds its content.
        await events.Append(write, turn.Caller, thread, told, FormerReach.Nothing, cancel);
        return retracted;
    }

    private static readonly Statement SetRetracted = new("""
        update messaging_message
        set status = 'retracted', sealed_reason = @sealed_reason
        where tenant_id = @tenant_id
          and message_id = @message_id
        """);
}
