using System.Data.Common;
using Vagus.Access.Audit;
using Vagus.Access.Files;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Messaging.Drafts;
using Vagus.Messaging.Files;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Staff;

/// <summary>
/// An internal note as its row tells of it. Notes have a table, numbers, seals and an event of their own: no message is ever one.
/// </summary>
internal sealed record NoteRow
{
    public required string ThreadId { get; init; }

    /// <summary>Its place among the notes of the thread, from 1.</summary>
    public required long Number { get; init; }

    public required string Id { get; init; }

    public required string AuthorId { get; init; }

    public required string AuthorRole { get; init; }

    public required DateTimeOffset AddedAt { get; init; }

    /// <summary>The last message that was there: the note is shown behind it.</summary>
    public required long AfterSequence { get; init; }

    public required IReadOnlyList<string> Mentions { get; init; }

    public string? ClientMessageId { get; init; }

    public required byte[] SealedContent { get; init; }

    public const string Columns = """
        n.thread_id, n.number, n.note_id, n.author_id, n.author_role, n.added_at, n.after_sequence, n.mentions, n.client_message_id,
          n.sealed_content
        """;

    public static NoteRow Read(DbDataReader row) => new()
    {
        ThreadId = row.GetString(0),
        Number = row.GetInt64(1),
        Id = row.GetString(2),
        AuthorId = row.GetString(3),
        AuthorRole = row.GetString(4),
        AddedAt = Instant.FromMicroseconds(row.GetInt64(5)),
        AfterSequence = row.GetInt64(6),
        Mentions = row.GetString(7).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        ClientMessageId = row.IsDBNull(8) ? null : row.GetString(8),
        SealedContent = (byte[])row.GetValue(9),
    };

    public static readonly InsertInto Rows = new(
        "messaging_note",
        ("tenant_id", ColumnType.Text), ("thread_id", ColumnType.Text), ("number", ColumnType.BigInt), ("note_id", ColumnType.Text),
        ("author_id", ColumnType.Text), ("author_role", ColumnType.Text), ("added_at", ColumnType.BigInt),
        ("after_sequence", ColumnType.BigInt), ("mentions", ColumnType.Text), ("client_message_id", ColumnType.Text),
        ("sealed_content", ColumnType.Bytes));
}

/// <summary>Staff write down what the patient never sees, and mention colleagues.</summary>
internal sealed class Notes(
    Database database, MessageTurns turns, ThreadEvents events, StaffMembers members, NoteAnswers answers, SendPace pace, IdSource ids)
{
    public const int MostMentions = 20;

    public async ValueTask<Result<NoteAnswer>> Add(
        MessageAuthor by, ThreadSight sight, string thread, MessageRequest request, IReadOnlyList<string> mentions,
        CancellationToken cancel)
    {
        if (request.Refuse() is { } unfit) return unfit;
        if (pace.Refuse(by.Caller) is { } tooFast) return tooFast;
        if (await ThreadRow.Find(database, by.Caller.Tenant, thread, cancel) is not { } known || !sight.Sees(known))
            return MessagingRefusals.NoThread;
        if (!await members.AreStaff(by.Caller.Tenant, mentions, cancel)) return NotStaff;
        var id = ids.NewId();
        var added = await turns.Run(by, thread, turn => One(turn, sight, thread, (id, request, mentions)), cancel);
        return added.Refusal is { } refusal ? refusal : (await answers.Of(by.Caller.Tenant, [added.Value], cancel))[0];
    }

    private async ValueTask<Result<NoteRow>> One(
        MessageTurn turn, ThreadSight sight, string id, (string Id, MessageRequest Request, IReadOnlyList<string> Mentions) note)
    {
        var (write, cancel) = (turn.Write, turn.Cancel);
        if (await ThreadRow.Find(write, write.Tenant, id, cancel) is not { } thread || !sight.Sees(thread))
            return MessagingRefusals.NoThread;
        if (note.Request.ClientMessageId is { } client && await write.QueryOne(
            ByClientId, [write.Tenant.Value, turn.Caller.User.Value, client], NoteRow.Read, cancel) is { } earlier)
        {
            if (earlier.ThreadId != id) return MessagingRefusals.OtherMessage;
            ReadEntries.Add(turn, thread, earlier.Id);
            return earlier;
        }

        var row = RowOf(turn, thread, note);
        Insert(write, row);
        await DraftTable.Remove(write, turn.Caller.User, new DraftPlace(DraftKind.Note, id), cancel);
        foreach (var (file, place) in note.Request.AttachmentIds.Select((file, place) => (file, (long)place)))
        {
            if (!await StoredFiles.Bind(write, file, turn.Caller.User, $"Note/{row.Id}", cancel))
                return MessagingRefusals.AttachmentUnusable;
            write.Insert(Attachments.Rows, write.Tenant.Value, file, id, row.Id, true, place);
        }

        await ThreadTables.Replace(write, thread, thread with { LastNote = row.Number }, cancel);
        await BehindTable.Add(write, id, row.Mentions, cancel);
        AuditTrail.Add(write, AuditEntry.Of(AuditActions.AddNote, turn.Caller, turn.By.Origin) with
        {
            On = $"Note/{row.Id}", Patients = thread.Patient is { } patient ? [patient] : [], Detail = $"thread={id}",
        });
        var told = new NoteAdded(row.Id, id, row.AuthorId, row.AddedAt, thread.Patient?.Value, row.Mentions);
        await events.Append(write, turn.Caller, thread, told, cancel);
        return row;
    }

    private static NoteRow RowOf(
        MessageTurn turn, ThreadRow thread, (string Id, MessageRequest Request, IReadOnlyList<string> Mentions) note) => new()
    {
        ThreadId = thread.Id,
        Number = thread.LastNote + 1,
        Id = note.Id,
        AuthorId = turn.Caller.User.Value,
        AuthorRole = turn.Caller.Role.Name(),
        AddedAt = turn.Write.At,
        AfterSequence = thread.LastSequence,
        Mentions = note.Mentions,
        ClientMessageId = note.Request.ClientMessageId,
        SealedContent = ThreadSeals.Seal(
            turn.Key, ThreadSeals.Note(thread.Tenant, thread.Id, note.Id, thread.LastNote + 1), note.Request.Content),
    };

    private static void Insert(WriteTransaction write, NoteRow row) => write.Insert(
        NoteRow.Rows, write.Tenant.Value, row.ThreadId, row.Number, row.Id, row.AuthorId, row.AuthorRole, row.AddedAt.ToMicroseconds(),
        row.AfterSequence, string.Join(' ', row.Mentions), row.ClientMessageId, row.SealedContent);

    private static readonly Refusal NotStaff = FieldRefusals.Wrong("mentions", "ids of staff");

    private static readonly Statement ByClientId = new($"""
        select {NoteRow.Columns}
        from messaging_note n
        where n.tenant_id = @tenant_id
          and n.author_id = @author_id
          and n.client_message_id = @client_message_id
        """);
}
