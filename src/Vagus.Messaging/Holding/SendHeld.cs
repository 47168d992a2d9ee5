using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Holding;

/// <summary>
/// Sends a message that has waited, in one write with the end of its waiting: a process that is killed before the commit leaves it
/// waiting, one that is killed after it leaves it sent. The author is asked anew what it may do now; who has lost the thread, the role or
/// the account sends no more.
/// </summary>
internal sealed class SendHeld(
    IFindUsers users, HeldThreads threads, PrepareMessage preparing, HeldAnswers answers, MessageTurns turns, WriteInThread writing,
    GroupCommit commit)
{
    public const string AccessLost = "access_lost";

    /// <summary>When it is due. Refused where it was taken back or sent meanwhile, and where it was stopped here.</summary>
    public async ValueTask<Result<SentMessage>> Run(HeldMessage held, CancellationToken cancel)
    {
        var author = await users.CallerOf(held.Tenant, held.Author, cancel);
        if (author is null || (author.Role == Role.Patient) != held.FromPatient) return await Stop(held, NoAccess, cancel);
        return await Run(new MessageAuthor(author, AuditOrigin.Unknown), held, cancel);
    }

    /// <summary>The author does not wait any longer.</summary>
    public async ValueTask<Result<SentMessage>> Run(MessageAuthor by, HeldMessage held, CancellationToken cancel)
    {
        if (await threads.Find(by.Caller, held, cancel) is not (var thread, var sight)) return await Stop(held, NoAccess, cancel);
        if (await answers.Content(held, cancel) is not { } content) return await Stop(held, MessagingRefusals.Unreadable, cancel);
        var prepared = await preparing.Run(by, thread, held.Id, held.Request(content), cancel);
        if (prepared.Refusal is { } unfinished) return await Stop(held, unfinished, cancel);
        var message = prepared.Value with { HasWaited = true };
        var sent = await turns.Run(by, held.ThreadId, turn => One(turn, sight, held, message), cancel);
        return sent.Refusal is { } refusal && IsFinal(refusal) ? await Stop(held, refusal, cancel) : sent;
    }

    private async ValueTask<Result<SentMessage>> One(MessageTurn turn, ThreadSight sight, HeldMessage held, NewMessage message)
    {
        if (!await held.Remove(turn.Write, turn.Cancel)) return MessagingRefusals.NoHeld;
        if (held.Begins is { } begins)
            return await writing.Begin(turn, sight, begins.Row(held.ThreadId, turn.Caller, turn.Write.At), message);
        var sent = await writing.Reply(turn, sight, held.ThreadId, message);
        return sent.Refusal == MessagingRefusals.NoThread ? NoAccess : sent;
    }

    /// <summary>It stays with its author, who is shown why it was not sent.</summary>
    private async ValueTask<Result<SentMessage>> Stop(HeldMessage held, Refusal cause, CancellationToken cancel)
    {
        var stopped = await commit.Write<bool>(
            held.Tenant,
            async (write, stop) =>
            {
                if (!await held.Stop(write, cause.Code, stop)) return false;
                AuditTrail.Add(write, AuditActor.Server.Entry(AuditActions.Create) with
                {
                    On = $"HeldMessage/{held.Id}", Outcome = AuditOutcome.MinorFailure, Reason = cause.Code,
                    Detail = $"thread={held.ThreadId}",
                });
                return true;
            },
            cancel);
        return stopped.Refusal ?? cause;
    }

    /// <summary>What waits is stopped by a decision, and never by what is not to be had for a moment.</summary>
    public static bool IsFinal(Refusal refusal) =>
        refusal != MessagingRefusals.NoHeld && refusal.Kind is not (RefusalKind.Unavailable or RefusalKind.TooMany);

    private static readonly Refusal NoAccess = new(
        RefusalKind.Conflict, AccessLost, "The author does not see the thread or the record any more, so the message is not sent.");
}
