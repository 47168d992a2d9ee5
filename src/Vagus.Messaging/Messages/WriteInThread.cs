using Vagus.Kernel;
using Vagus.Messaging.Drafts;
using Vagus.Messaging.Threads;
using Vagus.Storage;

namespace Vagus.Messaging.Messages;

/// <summary>A message into a thread that is there, or one that begins a patient's thread: what staff and portal have in common.</summary>
internal sealed class WriteInThread(
    Database database, MessageTurns turns, AddMessage messages, ThreadEvents events, SendPace pace, PrepareMessage preparing, IdSource ids)
{
    public async ValueTask<Result<SentMessage>> Reply(
        MessageAuthor by, ThreadSight sight, string id, MessageRequest request, CancellationToken cancel)
    {
        if (request.Refuse() is { } unfit) return unfit;
        if (!pace.Allows(by.Caller)) return MessagingRefusals.TooFast;
        if (await ThreadRow.Find(database, by.Caller.Tenant, id, cancel) is not { } known || !sight.Sees(known))
            return MessagingRefusals.NoThread;
        var message = await preparing.Run(by, known, ids.NewId(), request, cancel);
        return await turns.Run(
            by, id,
            async turn => await ThreadRow.Find(turn.Write, known.Tenant, id, turn.Cancel) is { } thread && sight.Sees(thread)
                ? await messages.Run(turn, thread, message) : MessagingRefusals.NoThread,
            cancel);
    }

    public async ValueTask<Result<SentMessage>> Begin(
        MessageAuthor by, ThreadSight sight, NewThread begun, MessageRequest request, CancellationToken cancel)
    {
        if ((MessageText.RefuseSubject(begun.Subject) ?? request.Refuse()) is { } unfit) return unfit;
        if (!pace.Allows(by.Caller)) return MessagingRefusals.TooFast;
        var earlier = await AddMessage.Earlier(database, by.Caller, request.ClientMessageId, cancel);
        var id = earlier?.ThreadId ?? ids.NewId();
        var message = await preparing.Run(by, begun.Row(id, by.Caller, default), ids.NewId(), request, cancel);
        return await turns.Run(by, id, turn => Begin(turn, sight, (id, begun), message), cancel);
    }

    private async ValueTask<Result<SentMessage>> Begin(
        MessageTurn turn, ThreadSight sight, (string Id, NewThread Thread) begun, NewMessage message)
    {
        var write = turn.Write;
        // A retry answers the first attempt's thread, as long as its author still sees it.
        if (await AddMessage.Earlier(write, turn.Caller, message.ClientMessageId, turn.Cancel) is { } earlier)
        {
            return await ThreadRow.Find(write, write.Tenant, earlier.ThreadId, turn.Cancel) is { } known && earlier.Sequence == 1
                && known.Patient == begun.Thread.Patient && sight.Sees(known)
                ? SentMessage.Again(turn, earlier, known) : MessagingRefusals.OtherMessage;
        }

        var subject = ThreadSeals.Subject(write.Tenant, begun.Id);
        var thread = begun.Thread.Row(begun.Id, turn.Caller, write.At) with
        {
            SealedSubject = ThreadSeals.Seal(turn.Key, subject, begun.Thread.Subject),
        };
        ThreadTables.Add(write, thread);
        await events.Created(write, turn.Caller, thread, turn.Cancel);
        await DraftTable.Remove(write, turn.Caller.User, DraftPlace.NewThread, turn.Cancel);
        return await messages.Run(turn, thread, message);
    }
}

/// <summary>A patient's thread that is to begin.</summary>
internal sealed record NewThread(PatientId Patient, string Subject, string Category, string Priority)
{
    public ThreadRow Row(string id, Caller by, DateTimeOffset at) => new()
    {
        Tenant = by.Tenant,
        Id = id,
        Kind = ThreadKind.Patient,
        Patient = Patient,
        Category = Category,
        Priority = Priority,
        Members = by.Role == Role.Patient ? [$"Patient/{Patient}"] : [$"Patient/{Patient}", by.User.Value],
        CreatedBy = by.User.Value,
        CreatedAt = at,
        LastMessageAt = at,
    };
}
