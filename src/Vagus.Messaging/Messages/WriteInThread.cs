using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Messaging.Drafts;
using Vagus.Messaging.Threads;
using Vagus.Storage;

namespace Vagus.Messaging.Messages;

/// <summary>A message into a thread that is there, or one that begins a thread: what staff and portal have in common.</summary>
internal sealed class WriteInThread(
    Database database, MessageTurns turns, AddMessage messages, ThreadEvents events, SendPace pace, PrepareMessage preparing, IdSource ids)
{
    public async ValueTask<Result<SentMessage>> Reply(
        MessageAuthor by, ThreadSight sight, string id, MessageRequest request, CancellationToken cancel)
    {
        if (request.Refuse() is { } unfit) return unfit;
        if (pace.Refuse(by.Caller) is { } tooFast) return tooFast;
        if (await ThreadRow.Find(database, by.Caller.Tenant, id, cancel) is not { } known || !sight.Sees(known))
            return MessagingRefusals.NoThread;
        var message = await preparing.Run(by, known, ids.NewId(), request, cancel);
        if (message.Refusal is { } unfinished) return unfinished;
        return await turns.Run(by, id, turn => Reply(turn, sight, id, message.Value), cancel);
    }

    public async ValueTask<Result<SentMessage>> Reply(MessageTurn turn, ThreadSight sight, string id, NewMessage message) =>
        await ThreadRow.Find(turn.Write, turn.Write.Tenant, id, turn.Cancel) is { } thread && sight.Sees(thread)
            ? await messages.Run(turn, thread, message) : MessagingRefusals.NoThread;

    public async ValueTask<Result<SentMessage>> Begin(
        MessageAuthor by, ThreadSight sight, ThreadBeginning begun, MessageRequest request, CancellationToken cancel)
    {
        if ((MessageText.RefuseSubject(begun.Subject) ?? request.Refuse()) is { } unfit) return unfit;
        if (pace.Refuse(by.Caller) is { } tooFast) return tooFast;
        var earlier = await AddMessage.Earlier(database, by.Caller, request.ClientMessageId, cancel);
        var id = earlier?.ThreadId ?? ids.NewId();
        var message = await preparing.Run(by, begun.Row(id, by.Caller, default), ids.NewId(), request, cancel);
        if (message.Refusal is { } unfinished) return unfinished;
        return await turns.Run(by, id, turn => Begin(turn, sight, Sealed(turn, id, begun), message.Value), cancel);
    }

    /// <summary>Within a turn of the thread's key.</summary>
    /// <param name="turn">The write.</param>
    /// <param name="sight">What its author sees.</param>
    /// <param name="thread">Before its first message, with its subject.</param>
    /// <param name="message">The first one.</param>
    public async ValueTask<Result<SentMessage>> Begin(MessageTurn turn, ThreadSight sight, ThreadRow thread, NewMessage message)
    {
        if (await Again(turn, sight, thread, message.ClientMessageId) is { } earlier) return earlier;
        if (message.Route is { } route) thread = Routed(turn, route.Begin(thread, message.FromPatient));
        ThreadTables.Add(turn.Write, thread);
        await events.Created(turn.Write, turn.Caller, thread, turn.Cancel);
        if (!message.HasWaited) await DraftTable.Remove(turn.Write, turn.Caller.User, DraftPlace.NewThread, turn.Cancel);
        return await messages.Run(turn, thread, message);
    }

    /// <summary>
    /// A retry answers the first attempt's thread, as long as its author still sees it. Null: nothing was sent under the client's id.
    /// </summary>
    public static async ValueTask<Result<SentMessage>?> Again(
        MessageTurn turn, ThreadSight sight, ThreadRow begun, string? clientMessageId)
    {
        var write = turn.Write;
        if (await AddMessage.Earlier(write, turn.Caller, clientMessageId, turn.Cancel) is not { } earlier) return null;
        if (await ThreadRow.Find(write, write.Tenant, earlier.ThreadId, turn.Cancel) is not { } known || earlier.Sequence != 1
            || (known.Kind, known.Patient) != (begun.Kind, begun.Patient) || !sight.Sees(known))
            return (Result<SentMessage>)MessagingRefusals.OtherMessage;
        return (Result<SentMessage>)SentMessage.Again(turn, earlier, known);
    }

    private static ThreadRow Routed(MessageTurn turn, ThreadRow thread)
    {
        AuditTrail.Add(turn.Write, AuditActor.Server.Entry(AuditActions.ChangeThread) with
        {
            On = $"Thread/{thread.Id}", Patients = thread.Patient is { } patient ? [patient] : [],
            Detail = $"routed={thread.Category},team={thread.Team ?? "none"},assigned={thread.AssignedTo ?? "none"}",
        });
        return thread;
    }

    private static ThreadRow Sealed(MessageTurn turn, string id, ThreadBeginning begun) =>
        begun.Row(id, turn.Caller, turn.Write.At) with
        {
            SealedSubject = ThreadSeals.Seal(turn.Key, ThreadSeals.Subject(turn.Write.Tenant, id), begun.Subject),
        };
}

/// <summary>A thread that is to begin, before its first message.</summary>
internal abstract record ThreadBeginning(string Subject)
{
    public abstract ThreadRow Row(string id, Caller by, DateTimeOffset at);
}

/// <summary>A patient's thread that is to begin.</summary>
internal sealed record NewThread(PatientId Patient, string Subject, string Category, string Priority) : ThreadBeginning(Subject)
{
    public override ThreadRow Row(string id, Caller by, DateTimeOffset at) => new()
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
