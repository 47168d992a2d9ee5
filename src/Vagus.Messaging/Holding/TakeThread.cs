using Vagus.Kernel;
using Vagus.Messaging.Drafts;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;
using Vagus.Storage;

namespace Vagus.Messaging.Holding;

/// <summary>
/// Takes the message that begins a thread: at once, or, of a patient's thread, held as a reply is. As long as it waits there is no such
/// thread, and a key of it alone.
/// </summary>
internal sealed class TakeThread(
    Database database, WriteInThread writing, MessageTurns turns, MessagingPolicies policies, SendPace pace, IdSource ids,
    TimeProvider clock)
{
    public async ValueTask<Result<TakenMessage>> Run(
        MessageAuthor by, ThreadSight sight, ThreadBeginning begun, MessageRequest request, CancellationToken cancel)
    {
        if (begun is not NewThread withPatient) return Taken(await writing.Begin(by, sight, begun, request, cancel));
        var now = clock.GetUtcNow();
        var unfit = MessageText.RefuseSubject(begun.Subject) ?? request.Refuse() ?? Waiting.Refuse(now, request.SendAfter);
        if (unfit is not null) return unfit;
        var due = Waiting.DueAt(now, request.SendAfter, (await policies.Of(by.Caller.Tenant, cancel)).UndoWindow);
        var earlier = await HeldMessage.Earlier(database, by.Caller, request.ClientMessageId, cancel);
        if (due is null && earlier is null) return Taken(await writing.Begin(by, sight, begun, request, cancel));
        if (pace.Refuse(by.Caller) is { } tooFast) return tooFast;
        var held = (Id: ids.NewId(), Due: due ?? new DueTime(now, InUndo: false));
        // A retry of what was sent meanwhile makes no key for a thread that will never be.
        var thread = earlier?.ThreadId
            ?? (await AddMessage.Earlier(database, by.Caller, request.ClientMessageId, cancel))?.ThreadId ?? ids.NewId();
        return await turns.Run(by, thread, turn => Hold(turn, sight, thread, withPatient, held, request), cancel);
    }

    private static Result<TakenMessage> Taken(Result<SentMessage> sent) =>
        sent.Refusal is { } refused ? refused : new TakenMessage(sent.Value, null);

    private static async ValueTask<Result<TakenMessage>> Hold(
        MessageTurn turn, ThreadSight sight, string id, NewThread begun, (string Id, DueTime Due) held, MessageRequest request)
    {
        var (write, cancel) = (turn.Write, turn.Cancel);
        if (await WriteInThread.Again(turn, sight, begun.Row(id, turn.Caller, write.At), request.ClientMessageId) is { } sent)
            return Taken(sent);
        if (await HeldMessage.Earlier(write, turn.Caller, request.ClientMessageId, cancel) is { } earlier)
        {
            if (earlier.Begins is not { } begins || begins.Patient != begun.Patient) return MessagingRefusals.OtherMessage;
            ReadEntries.Add(turn, begins.Row(earlier.ThreadId, turn.Caller, earlier.AcceptedAt), earlier.Id);
            return new TakenMessage(null, earlier);
        }

        var subject = ThreadSeals.Seal(turn.Key, ThreadSeals.Subject(write.Tenant, id), begun.Subject);
        var beginning = new HeldBeginning(begun.Patient, begun.Category, begun.Priority, subject);
        return await Waiting.Keep(
            turn, beginning.Row(id, turn.Caller, write.At), DraftPlace.NewThread, new NewHeld(held.Id, held.Due, beginning), request);
    }
}
