using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Direct;

/// <summary>The write of a direct message: its thread is begun where there is none yet.</summary>
internal sealed class WriteDirect(MessageTurns turns, AddMessage messages, ThreadEvents events)
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
            var members = target.Recipient is { } recipient
                ? await DirectThread.Members(write, thread, recipient, cancel) : thread.Members;
            return await messages.Run(turn, thread, message with { Members = members });
        }

        if (target is not { Recipient: { } first, Sight: null }) return MessagingRefusals.NoThread;
        var begun = DirectThread.New(turn.Caller, first, write.At);
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
