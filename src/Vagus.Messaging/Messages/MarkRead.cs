using System.Data.Common;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Events;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Messages;

/// <summary>
/// Marks a thread as read up to a message. A reader's mark moves forward only; the first reading by the other side is dated in the message
/// and its Communication. Long stretches are marked in steps that commit by themselves.
/// </summary>
internal sealed class MarkRead(Database database, MessageTurns turns, MessageRecords records, ThreadEvents events)
{
    private const int Step = 50;

    /// <summary>What <c>POST …/threads/{id}/mark-read { upToSequence? }</c> answers at the doors of staff and of patients.</summary>
    public async Task<Results<Ok<ReadUpTo>, ProblemHttpResult>> Answer(
        HttpContext http, Func<ThreadRow, bool> sees, string thread, bool notes)
    {
        var fields = await JsonRequest.OptionalFields(http.Request, "upToSequence");
        if (fields.Refusal is { } unreadBody) return unreadBody.ToProblem();
        var upTo = fields.Value.Position("upToSequence");
        if (upTo.Refusal is { } malformed) return malformed.ToProblem();
        var read = await Run(MessageAuthor.Of(http), sees, thread, upTo.Value, notes, http.RequestAborted);
        return read.Refusal is { } refused ? refused.ToProblem() : TypedResults.Ok(read.Value);
    }

    /// <param name="by">Who has read.</param>
    /// <param name="sees">Whether the reader sees a thread, at the door by which it came.</param>
    /// <param name="thread">The thread's id.</param>
    /// <param name="upTo">The last sequence that was read; null: all that there is.</param>
    /// <param name="notes">Notes count as read too; never for the patient's side.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async ValueTask<Result<ReadUpTo>> Run(
        MessageAuthor by, Func<ThreadRow, bool> sees, string thread, long? upTo, bool notes, CancellationToken cancel)
    {
        // Before a turn, which makes its thread a key where it has none.
        if (await ThreadRow.Find(database, by.Caller.Tenant, thread, cancel) is not { } known || !sees(known))
            return MessagingRefusals.NoThread;
        while (true)
        {
            var read = await turns.Run(by, thread, turn => One(turn, sees, thread, upTo, notes), cancel);
            if (read.Refusal is { } refusal) return refusal;
            if (read.Value.IsDone) return new ReadUpTo(thread, read.Value.UpTo);
        }
    }

    private async ValueTask<Result<(long UpTo, bool IsDone)>> One(
        MessageTurn turn, Func<ThreadRow, bool> sees, string id, long? upTo, bool notes)
    {
        var (write, cancel) = (turn.Write, turn.Cancel);
        if (await ThreadRow.Find(write, write.Tenant, id, cancel) is not { } thread || !sees(thread))
            return MessagingRefusals.NoThread;
        var mark = await Mark.Of(write, thread, turn.Caller, cancel);
        var until = Math.Min(upTo ?? thread.LastSequence, thread.LastSequence);
        var note = notes ? thread.LastNote : mark.Note;
        if (until <= mark.Sequence && note <= mark.Note)
        {
            await Behind(turn, thread, mark);
            return (Math.Max(until, mark.Sequence), true);
        }

        var newly = await write.Query(
            Newly,
            [
                write.Tenant.Value, id, mark.Sequence, until, turn.Caller.User.Value, ThreadSides.Has(thread), ThreadSides.First(thread),
                ThreadSides.IsOfFirst(thread, turn.Caller), (long)Step,
            ],
            MessageRow.Read, cancel);
        var reached = newly.Count == Step ? newly[^1].Sequence : until;
        if (await Receipt(turn, thread, newly) is { } refusal) return refusal;
        await Move(turn, thread, Math.Max(reached, mark.Sequence), note);
        await Behind(turn, thread, new Mark(Math.Max(reached, mark.Sequence), note));
        if (reached > mark.Sequence) await Tell(turn, thread, reached);
        return (Math.Max(reached, mark.Sequence), reached == until);
    }

    /// <summary>The messages are read from now on, and their Communications say so.</summary>
    private async ValueTask<Refusal?> Receipt(MessageTurn turn, ThreadRow thread, List<MessageRow> newly)
    {
        if (newly.Count == 0) return null;
        var at = turn.Write.At;
        foreach (var row in newly)
            await turn.Write.Queue(SetRead, [at.ToMicroseconds(), turn.Write.Tenant.Value, thread.Id, row.Sequence], turn.Cancel);
        var read = newly.ConvertAll(row => row with { ReadAt = at });
        return await records.Put(
            turn.Write, turn.Caller, turn.By.Origin,
            read.ConvertAll(row => new MessageRecord(
                row.Id, CommunicationJson.Write(thread, row), ThreadReaders.Of(thread), [], IsNew: false)),
            turn.Cancel);
    }

    private static async ValueTask Move(MessageTurn turn, ThreadRow thread, long sequence, long note)
    {
        await turn.Write.Queue(
            Upsert,
            [
                thread.Tenant.Value, thread.Id, turn.Caller.User.Value, sequence, note, turn.Write.At.ToMicroseconds(),
                turn.Caller.Role.Name(),
            ],
            turn.Cancel);
        AuditTrail.Add(turn.Write, AuditEntry.Of(AuditActions.MarkRead, turn.Caller, turn.By.Origin) with
        {
            On = $"Thread/{thread.Id}", Patients = thread.Patient is { } patient ? [patient] : [], Detail = $"sequence={sequence}",
        });
    }

    private static ValueTask Behind(MessageTurn turn, ThreadRow thread, Mark mark)
    {
        var isAtEnd = mark.Sequence >= thread.LastSequence && (turn.Caller.Role == Role.Patient || mark.Note >= thread.LastNote);
        return BehindTable.Read(turn.Write, thread.Id, turn.Caller.User, toTheEnd: isAtEnd, turn.Cancel);
    }

    private async ValueTask Tell(MessageTurn turn, ThreadRow thread, long sequence)
    {
        var message = await turn.Write.QueryOne(
            IdAt, [thread.Tenant.Value, thread.Id, sequence], row => row.GetString(0), turn.Cancel) ?? "";
        var told = new MessageRead(
            message, thread.Id, thread.Kind, sequence, turn.Caller.User.Value, turn.Write.At, thread.Members, thread.Patient?.Value);
        await events.Append(turn.Write, turn.Caller, thread, told, turn.Cancel);
    }

    // A colleague who reads has not read for the other side; among staff all but the sender are that.
    private static readonly Statement Newly = new($"""
        select {MessageRow.Columns}
        from messaging_message g
        where g.tenant_id = @tenant_id
          and g.thread_id = @thread_id
          and g.sequence > @after
          and g.sequence <= @until
          and g.sender_id <> @reader
          and g.read_at is null
          and g.status = 'sent'
          and {ThreadSides.IsOfOther}
        order by g.sequence
        limit @step
        """);

    private static readonly Statement SetRead = new("""
        update messaging_message
        set read_at = @read_at
        where tenant_id = @tenant_id
          and thread_id = @thread_id
          and sequence = @sequence
        """);

    private static readonly Statement Upsert = new("""
        insert into messaging_mark (tenant_id, thread_id, user_id, read_sequence, read_note, read_at, reader_role)
        values (@tenant_id, @thread_id, @user_id, @read_sequence, @read_note, @read_at, @reader_role)
        on conflict (tenant_id, thread_id, user_id)
          do update set read_sequence = excluded.read_sequence, read_note = excluded.read_note, read_at = excluded.read_at
        """);

    private static readonly Statement IdAt = new("""
        select message_id
        from messaging_message
        where tenant_id = @tenant_id
          and thread_id = @thread_id
          and sequence = @sequence
        """);
}

/// <summary>How far a thread is read by its reader.</summary>
internal sealed record ReadUpTo(string ThreadId, long UpToSequence);

/// <summary>The mark of one reader in one thread: everything up to it is read. Nothing is before the first.</summary>
internal sealed record Mark(long Sequence, long Note)
{
    private static readonly Mark Beginning = new(0, 0);

    public static async ValueTask<Mark> Of(IRunQueries queries, ThreadRow thread, Caller reader, CancellationToken cancel) =>
        await queries.QueryOne(One, [thread.Tenant.Value, thread.Id, reader.User.Value], Read, cancel) ?? Beginning;

    private static Mark Read(DbDataReader row) => new(row.GetInt64(0), row.GetInt64(1));

    private static readonly Statement One = new("""
        select read_sequence, read_note
        from messaging_mark
        where tenant_id = @tenant_id
          and thread_id = @thread_id
          and user_id = @user_id
        """);
}
