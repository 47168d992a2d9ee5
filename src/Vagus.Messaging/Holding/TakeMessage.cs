using Vagus.Kernel;
using Vagus.Messaging.Drafts;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;
using Vagus.Storage;

namespace Vagus.Messaging.Holding;

/// <summary>
/// Takes a message into a thread that is there: it is sent at once, or held where the tenant gives time to take it back or the author has
/// named a later time. What is refused is refused now, also of a message that is held.
/// </summary>
internal sealed class TakeMessage(
    Database database, WriteInThread writing, MessageTurns turns, MessagingPolicies policies, SendPace pace, IdSource ids,
    TimeProvider clock)
{
    public async ValueTask<Result<TakenMessage>> Run(
        MessageAuthor by, ThreadSight sight, string thread, MessageRequest request, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if ((request.Refuse() ?? Waiting.Refuse(now, request.SendAfter)) is { } unfit) return unfit;
        var due = Waiting.DueAt(now, request.SendAfter, (await policies.Of(by.Caller.Tenant, cancel)).UndoWindow);
        // A retry finds what the first attempt has left, also where the tenant's setting has changed between the two.
        var waits = await HeldMessage.Earlier(database, by.Caller, request.ClientMessageId, cancel) is not null;
        if (due is null && !waits)
        {
            var sent = await writing.Reply(by, sight, thread, request, cancel);
            return sent.Refusal is { } refused ? refused : new TakenMessage(sent.Value, null);
        }

        if (pace.Refuse(by.Caller) is { } tooFast) return tooFast;
        // Before a turn, which makes its thread a key where it has none.
        if (await ThreadRow.Find(database, by.Caller.Tenant, thread, cancel) is not { } known || !sight.Sees(known))
            return MessagingRefusals.NoThread;
        var held = new NewHeld(ids.NewId(), due ?? new DueTime(now, InUndo: false), Begins: null);
        return await turns.Run(by, thread, turn => Hold(turn, sight, thread, held, request), cancel);
    }

    private static async ValueTask<Result<TakenMessage>> Hold(
        MessageTurn turn, ThreadSight sight, string id, NewHeld held, MessageRequest request)
    {
        var (write, cancel) = (turn.Write, turn.Cancel);
        if (await ThreadRow.Find(write, write.Tenant, id, cancel) is not { } thread || !sight.Sees(thread))
            return MessagingRefusals.NoThread;
        if (await AddMessage.Earlier(write, turn.Caller, request.ClientMessageId, cancel) is { } sent)
        {
            return sent.ThreadId == thread.Id
                ? new TakenMessage(SentMessage.Again(turn, sent, thread), null) : MessagingRefusals.OtherMessage;
        }

        if (await HeldMessage.Earlier(write, turn.Caller, request.ClientMessageId, cancel) is { } earlier)
        {
            if (earlier.ThreadId != thread.Id) return MessagingRefusals.OtherMessage;
            ReadEntries.Add(turn, thread, earlier.Id);
            return new TakenMessage(null, earlier);
        }

        // A colleague's answer in its undo time has no sequence yet: without this a second answer would be accepted.
        if (request.LastSeen is { } seen
            && (await AddMessage.OthersWrote(turn, thread, seen) || await HeldMessage.OthersAnswer(turn, thread.Id)))
            return new NewerMessages(thread, seen);
        return await Waiting.Keep(turn, thread, DraftPlace.Of(thread), held, request);
    }
}
