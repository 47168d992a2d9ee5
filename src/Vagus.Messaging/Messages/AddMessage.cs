using Vagus.Access.Audit;
using Vagus.Access.Files;
using Vagus.Events;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Messaging.Canned;
using Vagus.Messaging.Drafts;
using Vagus.Messaging.Files;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Messages;

/// <summary>
/// The one way in which a message comes into a thread: its place, its row, its Communication with the audit, what it makes of the thread
/// and the events, in one write. The tenant's head is held, so the next place is the last one and one.
/// </summary>
internal sealed class AddMessage(MessageRecords records, ThreadEvents events)
{
    public async ValueTask<Result<SentMessage>> Run(MessageTurn turn, ThreadRow thread, NewMessage message)
    {
        if (await Earlier(turn.Write, turn.Caller, message.ClientMessageId, turn.Cancel) is { } earlier)
            return earlier.ThreadId == thread.Id ? SentMessage.Again(turn, earlier, thread) : MessagingRefusals.OtherMessage;
        if (message.LastSeen is { } seen && await OthersWrote(turn, thread, seen)) return new NewerMessages(thread, seen);
        var taken = Take(HandOver(turn, thread, message), turn.Caller);
        if (taken.Refusal is { } refused) return refused;
        var next = Next(turn, thread, taken.Value, message);
        var row = RowOf(turn, next, message);
        Insert(turn.Write, row);
        // The files of the draft are free for the message, so the draft goes first.
        if (!message.HasWaited) await DraftTable.Remove(turn.Write, turn.Caller.User, DraftPlace.Of(thread), turn.Cancel);
        if (!message.HasWaited && await Bind(turn, next, message.Id, message.AttachmentIds) is { } unusable) return unusable;
        await ThreadTables.Replace(turn.Write, thread, next, turn.Cancel);
        await Mark(turn, row);
        if (turn.Caller.Role != Role.Service) await BehindTable.Wrote(turn.Write, next, row.SenderId, turn.Cancel);
        if (message.CannedId is { } canned) await CannedResponses.CountUse(turn.Write, turn.Caller, canned, turn.Cancel);
        var record = new MessageRecord(
            row.Id, CommunicationJson.Write(next, row), ThreadReaders.Of(next), row.Recipients, IsNew: true);
        if (await records.Put(turn.Write, turn.Caller, turn.By.Origin, [record], turn.Cancel) is { } unrecorded) return unrecorded;
        await events.Append(turn.Write, turn.Caller, next, EventOf(next, row), ThreadEvents.Narrows(thread, next), turn.Cancel);
        await events.Changed(turn.Write, turn.Caller, thread, next, turn.Cancel);
        var sent = new SentMessage(row, next, IsNew: true);
        if (AutoAnswer.To(turn, next, message) is not { } answer) return sent;
        var answered = await Run(AutoAnswer.As(turn), next, answer);
        return answered.Refusal is { } unanswered
            ? unanswered : sent with { Thread = answered.Value.Thread, AutoReply = answered.Value.Message };
    }

    /// <summary>What the sender has sent before under its own id.</summary>
    public static async ValueTask<MessageRow?> Earlier(
        IRunQueries queries, Caller sender, string? clientMessageId, CancellationToken cancel) =>
        clientMessageId is null ? null : await queries.QueryOne(
            ByClientId, [sender.Tenant.Value, sender.User.Value, clientMessageId], MessageRow.Read, cancel);

    /// <summary>
    /// The first answer of a member of the pool assigns the thread to that member; answers of other members are refused then.
    /// </summary>
    private static Result<ThreadRow> Take(ThreadRow thread, Caller caller)
    {
        if (thread.Pool is null || caller.User.Value == thread.CreatedBy || caller.Role == Role.Patient) return thread;
        if (thread.AssignedTo is null)
            return thread with { AssignedTo = caller.User.Value, CoveredFor = null, Version = thread.Version + 1 };
        return thread.AssignedTo == caller.User.Value ? thread : MessagingRefusals.Taken;
    }

    /// <summary>The thread with the message in it.</summary>
    private static ThreadRow Next(MessageTurn turn, ThreadRow before, ThreadRow thread, NewMessage message)
    {
        var at = turn.Write.At;
        if (message.IsAutomatic) return ThreadRules.AfterAutoReply(thread, at);
        var next = With(turn, ThreadRules.AfterMessage(thread, message.FromPatient, message.Status, at), message);
        return DueDates.After(before, next, message.Policy, at);
    }

    /// <summary>The thread with its cover as assignee, recorded in the audit; unchanged where its assignee writes.</summary>
    private static ThreadRow HandOver(MessageTurn turn, ThreadRow thread, NewMessage message)
    {
        if (message.Cover is not { } cover || cover.Away != thread.AssignedTo || cover.Away == turn.Caller.User.Value) return thread;
        AuditTrail.Add(turn.Write, AuditActor.Server.Entry(AuditActions.ChangeThread) with
        {
            On = $"Thread/{thread.Id}", Patients = thread.Patient is { } patient ? [patient] : [],
            Detail = $"away={cover.Away},assigned={cover.By ?? "none"}",
        });
        return thread with { AssignedTo = cover.By, CoveredFor = thread.CoveredFor ?? cover.Away, Version = thread.Version + 1 };
    }

    private static ThreadRow With(MessageTurn turn, ThreadRow next, NewMessage message)
    {
        var preview = ThreadSeals.Seal(
            turn.Key, ThreadSeals.Preview(next.Tenant, next.Id, next.LastSequence), MessageText.Preview(message.Content));
        // Staff who answer a patient take part from then on.
        var members = message.Members ?? next.Members;
        var joins = next.Kind == ThreadKind.Patient && !message.FromPatient && !members.Contains(turn.Caller.User.Value);
        return next with
        {
            SealedPreview = preview,
            PreviewSequence = next.LastSequence,
            Members = joins ? [.. members, turn.Caller.User.Value] : members,
        };
    }

    private static MessageRow RowOf(MessageTurn turn, ThreadRow thread, NewMessage message)
    {
        var place = ThreadSeals.Message(thread.Tenant, thread.Id, message.Id, thread.LastSequence);
        return new MessageRow
        {
            ThreadId = thread.Id,
            Sequence = thread.LastSequence,
            Id = message.Id,
            SenderId = turn.Caller.User.Value,
            SenderRole = turn.Caller.Role.Name(),
            SenderName = message.SenderName,
            RecipientId = message.RecipientId,
            Recipients = message.Recipients,
            SentAt = turn.Write.At,
            ClientMessageId = message.ClientMessageId,
            ContextType = message.ContextType,
            ContextId = message.ContextId,
            SealedContent = ThreadSeals.Seal(turn.Key, place, message.Content),
        };
    }

    private static void Insert(WriteTransaction write, MessageRow row) => write.Insert(
        MessageRow.Rows, write.Tenant.Value, row.ThreadId, row.Sequence, row.Id, row.SenderId, row.SenderRole, row.SenderName,
        row.RecipientId, string.Join(' ', row.Recipients), row.SentAt.ToMicroseconds(), null, row.Status, null, row.ClientMessageId,
        row.ContextType, row.ContextId, row.SealedContent);

    /// <summary>Files that nobody has bound belong to the message from now on.</summary>
    public static async ValueTask<Refusal?> Bind(MessageTurn turn, ThreadRow thread, string message, IReadOnlyList<string> files)
    {
        var place = 0L;
        foreach (var id in files)
        {
            if (!await StoredFiles.Bind(turn.Write, id, turn.Caller.User, $"Communication/{message}", turn.Cancel))
                return MessagingRefusals.AttachmentUnusable;
            turn.Write.Insert(Attachments.Rows, turn.Write.Tenant.Value, id, thread.Id, message, false, place++);
        }

        return null;
    }

    /// <summary>A message that was not sent gives its files back.</summary>
    public static async ValueTask Unbind(MessageTurn turn, string message, IReadOnlyList<string> files)
    {
        foreach (var id in files)
        {
            await StoredFiles.Unbind(turn.Write, id, $"Communication/{message}", turn.Cancel);
            await turn.Write.Queue(Attachments.Remove, [turn.Write.Tenant.Value, id, message], turn.Cancel);
        }
    }

    /// <summary>Somebody else has written after what the author had seen; what the server answers by itself does not count.</summary>
    public static async ValueTask<bool> OthersWrote(MessageTurn turn, ThreadRow thread, long seen) =>
        thread.LastSequence > seen && await turn.Write.QueryOne(
            Others, [thread.Tenant.Value, thread.Id, seen, turn.Caller.User.Value], row => row.GetInt64(0), turn.Cancel) > 0;

    // A sender whose mark is at the message before has read its own too; earlier messages that are unread stay so.
    private static async ValueTask Mark(MessageTurn turn, MessageRow row)
    {
        object?[] of = [turn.Write.Tenant.Value, row.ThreadId, row.SenderId];
        var at = row.SentAt.ToMicroseconds();
        await turn.Write.Queue(
            row.Sequence == 1 ? BeginMark : MoveMark,
            row.Sequence == 1 ? [.. of, at, row.SenderRole] : [row.Sequence, at, .. of, row.Sequence - 1],
            turn.Cancel);
    }

    private static MessageSent EventOf(ThreadRow thread, MessageRow row) => new(
        row.Id, thread.Id, thread.Kind, row.Sequence, row.SenderId, row.SenderRole, row.SentAt, thread.Members, row.RecipientId,
        thread.Patient?.Value, row.ContextType, row.ContextId, $"Communication/{row.Id}/_history/1", row.ClientMessageId);

    private static readonly Statement ByClientId = new($"""
        select {MessageRow.Columns}
        from messaging_message g
        where g.tenant_id = @tenant_id
          and g.sender_id = @sender_id
          and g.client_message_id = @client_message_id
        """);

    private static readonly Statement Others = new("""
        select count(*)
        from messaging_message
        where tenant_id = @tenant_id
          and thread_id = @thread_id
          and sequence > @sequence
          and sender_id <> @sender_id
          and sender_role <> 'service'
        """);

    private static readonly Statement BeginMark = new("""
        insert into messaging_mark (tenant_id, thread_id, user_id, read_sequence, read_note, read_at, reader_role)
        values (@tenant_id, @thread_id, @user_id, 1, 0, @read_at, @reader_role)
        on conflict (tenant_id, thread_id, user_id) do nothing
        """);

    private static readonly Statement MoveMark = new("""
        update messaging_mark
        set read_sequence = @read_sequence, read_at = @read_at
        where tenant_id = @tenant_id
          and thread_id = @thread_id
          and user_id = @user_id
          and read_sequence = @before
        """);
}

/// <summary>A message that is in its thread.</summary>
internal sealed record SentMessage(MessageRow Message, ThreadRow Thread, bool IsNew)
{
    /// <summary>What the server has answered by itself, in the same write.</summary>
    public MessageRow? AutoReply { get; init; }

    /// <summary>The message, and what was answered to it.</summary>
    public IReadOnlyList<MessageRow> Messages => AutoReply is { } reply ? [Message, reply] : [Message];

    /// <summary>The answer to a retry, which is recorded as a read.</summary>
    public static SentMessage Again(MessageTurn turn, MessageRow message, ThreadRow thread)
    {
        ReadEntries.Add(turn, thread, message.Id);
        return new SentMessage(message, thread, IsNew: false);
    }
}

/// <summary>Somebody else wrote after what the author had seen; the door answers with what is new.</summary>
internal sealed record NewerMessages(ThreadRow Thread, long Seen)
    : Refusal(RefusalKind.Conflict, "newer_messages", "Somebody else has written meanwhile. Read it, then send again.");
