using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Direct;

/// <summary>The write of a direct message: its thread is begun where there is none yet.</summary>
internal sealed class WriteDirect(MessageTurns turns, AddMessage messages, ThreadEvents events)
{
    /// <param name="by">Who writes.</param>
    /// <param name="sight">What the author sees.</param>
    /// <param name="expected">The thread as it was found, or as it is begun.</param>
    /// <param name="recipient">Whom it goes to; null where it goes into a thread that is there.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public ValueTask<Result<SentMessage>> Run(
        MessageAuthor by, ThreadSight sight, ThreadRow expected, Recipient? recipient, NewMessage message, CancellationToken cancel) =>
        turns.Run(by, expected.Id, turn => One(turn, sight, (expected, recipient), message), cancel);

    private async ValueTask<Result<SentMessage>> One(
        MessageTurn turn, ThreadSight sight, (ThreadRow Expected, Recipient? Recipient) target, NewMessage message)
    {
        var (expected, recipient) = target;
        var (write, cancel) = (turn.Write, turn.Cancel);
        var thread = await ThreadRow.Find(write, write.Tenant, expected.Id, cancel);
        if (thread is null)
        {
            if (recipient is null) return MessagingRefusals.NoThread;
            thread = DirectThread.New(turn.Caller, recipient, write.At);
            ThreadTables.Add(write, thread);
            await events.Created(write, turn.Caller, thread, cancel);
        }
        // The thread of a recipient is the author's own: its id is made of the author's side.
        else if (recipient is null && !sight.Sees(thread))
        {
            return MessagingRefusals.NoThread;
        }
        else if (DirectThread.Joined(thread, recipient) is var joined && !ReferenceEquals(joined, thread))
        {
            await ThreadTables.Replace(write, thread, joined, cancel);
            thread = joined;
        }

        return await messages.Run(turn, thread, message);
    }
}
