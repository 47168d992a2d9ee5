using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Direct;

/// <summary>The write of a direct message: its thread is begun where there is none yet.</summary>
internal sealed class WriteDirect(MessageTurns turns, AddMessage messages, ThreadEvents events, PresentTeams teams)
{
    public ValueTask<Result<SentMessage>> Run(
        MessageAuthor by, DirectTarget target, NewMessage message, CancellationToken cancel) =>
        turns.Run(by, target.Thread.Id, turn => One(turn, target, message), cancel);

    private async ValueTask<Result<SentMessage>> One(MessageTurn turn, DirectTarget target, NewMessage message)
    {
        var (write, cancel) = (turn.Write, turn.Cancel);
        if (await ThreadRow.Find(write, write.Tenant, target.Thread.Id, cancel) is { } thread)
        {
            if (target.Sight?.Sees(thread) == false) return MessagingRefusals.NoThread;
            if (target.Recipient is not { } known) return await messages.Run(turn, thread, message with { Members = thread.Members });
            var recipient = await teams.Of(turn, known);
            if (recipient.Refusal is { } unread) return unread;
            var members = await DirectThread.Members(write, thread, recipient.Value, cancel);
            return await messages.Run(turn, thread, message with { Members = members });
        }

        if (target is not { Recipient: { } found, Sight: null }) return MessagingRefusals.NoThread;
        // What is being erased has the id still; its sides begin another thread when it is gone.
        if (await ThreadTables.IsErasing(write, target.Thread.Id, cancel)) return MessagingRefusals.Erasing;
        var first = await teams.Of(turn, found);
        if (first.Refusal is { } refusal) return refusal;
        if (first.Value.Members.Count == 0) return MessagingRefusals.NoRecipient;
        var begun = DirectThread.New(target.Thread.Id, turn.Caller, first.Value, write.At);
        ThreadTables.Add(write, begun);
        await events.Created(write, turn.Caller, begun, cancel);
        return await messages.Run(turn, begun, message);
    }
}

/// <summary>Where a direct message goes.</summary>
/// <param name="Thread">As it was found, or as it is begun.</param>
/// <param name="Recipient">The other side as it is now; null where that is not known, and stays as it was.</param>
/// <param name="Sight">
/// What the author sees, asked again in the turn; null for the thread of a recipient, whose id is made of the author's own side.
/// </param>
internal sealed record DirectTarget(ThreadRow Thread, Recipient? Recipient, ThreadSight? Sight);
