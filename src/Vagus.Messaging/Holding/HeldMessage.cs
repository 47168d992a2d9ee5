using System.Data.Common;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Holding;

/// <summary>
/// A message that was accepted and waits for its time. It is in this table and in no other: what lists, counts, finds, tells or shows
/// messages cannot come across it. It has no place in its thread; the one that it gets is given out when it is sent.
/// </summary>
internal sealed record HeldMessage
{
    public required TenantId Tenant { get; init; }

    /// <summary>The id that it keeps when it is sent.</summary>
    public required string Id { get; init; }

    public required string ThreadId { get; init; }

    public required UserId Author { get; init; }

    /// <summary>Written at the patient's side: who has another role when it is due does not send it.</summary>
    public required bool FromPatient { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>True where it waits only for its undo time, false where its author named a later time.</summary>
    public required bool InUndo { get; init; }

    /// <summary>The code of the reason why it is not sent any more; null while it waits.</summary>
    public string? StoppedBy { get; init; }

    public string? ClientMessageId { get; init; }

    /// <summary>The status that the thread is to have.</summary>
    public string? ThreadStatus { get; init; }

    public IReadOnlyList<string> AttachmentIds { get; init; } = [];

    public required byte[] SealedContent { get; init; }

    /// <summary>The thread that it begins; null where it goes into one that is there.</summary>
    public HeldBeginning? Begins { get; init; }

    /// <summary>As a request that is made now. What others wrote meanwhile does not stop it: that was asked when it was accepted.</summary>
    public MessageRequest Request(string content) => new(content)
    {
        AttachmentIds = AttachmentIds, ClientMessageId = ClientMessageId, Status = ThreadStatus,
    };

    // What is due for longer than this cannot be sent, and is no answer that comes.
    private static readonly TimeSpan LongestRelease = TimeSpan.FromMinutes(1);

    private const string Columns = """
        h.tenant_id, h.message_id, h.thread_id, h.author_id, h.from_patient, h.due_at, h.accepted_at, h.stopped_by, h.client_message_id,
          h.thread_status, h.attachments, h.sealed_content, h.patient_id, h.category, h.priority, h.sealed_subject,
          h.in_undo
        """;

    public static async ValueTask<HeldMessage?> Find(IRunQueries queries, Caller author, string id, CancellationToken cancel) =>
        await queries.QueryOne(One, [author.Tenant.Value, id, author.User.Value], Read, cancel);

    /// <summary>What the author has sent under its own id and what waits.</summary>
    public static async ValueTask<HeldMessage?> Earlier(
        IRunQueries queries, Caller author, string? clientMessageId, CancellationToken cancel) => clientMessageId is null
        ? null : await queries.QueryOne(ByClientId, [author.Tenant.Value, author.User.Value, clientMessageId], Read, cancel);

    /// <summary>All of an author, the next one first.</summary>
    public static async ValueTask<IReadOnlyList<HeldMessage>> Of(
        IRunQueries queries, Caller author, string thread, CancellationToken cancel) =>
        await queries.Query(OfAuthor, [author.Tenant.Value, author.User.Value, thread, thread], Read, cancel);

    /// <summary>What is due, of all tenants; of each thread in the order in which it is to be sent.</summary>
    public static async ValueTask<IReadOnlyList<HeldMessage>> Due(
        IRunQueries queries, DateTimeOffset at, int atMost, CancellationToken cancel) =>
        await queries.Query(AllDue, [at.ToMicroseconds(), (long)atMost], Read, cancel);

    /// <summary>Somebody else of the author's side has just answered the thread, and may take it back yet.</summary>
    public static async ValueTask<bool> OthersAnswer(MessageTurn turn, string thread) => await turn.Write.QueryOne(
        OthersInUndo,
        [
            turn.Write.Tenant.Value, thread, turn.Caller.User.Value, turn.Caller.Role == Role.Patient,
            (turn.Write.At - LongestRelease).ToMicroseconds(),
        ],
        row => row.GetInt64(0), turn.Cancel) > 0;

    public static async ValueTask<long> HowMany(WriteTransaction write, UserId author, CancellationToken cancel) =>
        await write.QueryOne(Count, [write.Tenant.Value, author.Value], row => row.GetInt64(0), cancel);

    public void Insert(WriteTransaction write) => write.Insert(
        Rows, Tenant.Value, Id, ThreadId, Author.Value, FromPatient, DueAt.ToMicroseconds(), AcceptedAt.ToMicroseconds(), null,
        ClientMessageId, ThreadStatus, string.Join(' ', AttachmentIds), SealedContent, Begins?.Patient.Value, Begins?.Category,
        Begins?.Priority, Begins?.SealedSubject, InUndo);

    /// <summary>False where it was sent or taken back meanwhile.</summary>
    public async ValueTask<bool> Remove(WriteTransaction write, CancellationToken cancel) =>
        await write.Execute(Delete, [Tenant.Value, Id], cancel) == 1;

    public async ValueTask<bool> Stop(WriteTransaction write, string code, CancellationToken cancel) =>
        await write.Execute(SetStopped, [code, Tenant.Value, Id], cancel) == 1;

    private static HeldMessage Read(DbDataReader row) => new()
    {
        Tenant = new TenantId(row.GetString(0)),
        Id = row.GetString(1),
        ThreadId = row.GetString(2),
        Author = new UserId(row.GetString(3)),
        FromPatient = row.GetBoolean(4),
        DueAt = Instant.FromMicroseconds(row.GetInt64(5)),
        AcceptedAt = Instant.FromMicroseconds(row.GetInt64(6)),
        StoppedBy = row.IsDBNull(7) ? null : row.GetString(7),
        ClientMessageId = row.IsDBNull(8) ? null : row.GetString(8),
        ThreadStatus = row.IsDBNull(9) ? null : row.GetString(9),
        AttachmentIds = row.GetString(10).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        SealedContent = (byte[])row.GetValue(11),
        Begins = row.IsDBNull(12) ? null : new HeldBeginning(
            new PatientId(row.GetString(12)), row.GetString(13), row.GetString(14), (byte[])row.GetValue(15)),
        InUndo = row.GetBoolean(16),
    };

    private static readonly InsertInto Rows = new(
        "messaging_held",
        ("tenant_id", ColumnType.Text), ("message_id", ColumnType.Text), ("thread_id", ColumnType.Text), ("author_id", ColumnType.Text),
        ("from_patient", ColumnType.Boolean), ("due_at", ColumnType.BigInt), ("accepted_at", ColumnType.BigInt),
        ("stopped_by", ColumnType.Text), ("client_message_id", ColumnType.Text), ("thread_status", ColumnType.Text),
        ("attachments", ColumnType.Text), ("sealed_content", ColumnType.Bytes), ("patient_id", ColumnType.Text),
        ("category", ColumnType.Text), ("priority", ColumnType.Text), ("sealed_subject", ColumnType.Bytes),
        ("in_undo", ColumnType.Boolean));

    private static readonly Statement One = new($"""
        select {Columns}
        from messaging_held h
        where h.tenant_id = @tenant_id
          and h.message_id = @message_id
          and h.author_id = @author_id
        """);

    private static readonly Statement ByClientId = new($"""
        select {Columns}
        from messaging_held h
        where h.tenant_id = @tenant_id
          and h.author_id = @author_id
          and h.client_message_id = @client_message_id
        """);

    private static readonly Statement OfAuthor = new($"""
        select {Columns}
        from messaging_held h
        where h.tenant_id = @tenant_id
          and h.author_id = @author_id
          and (@thread = '' or h.thread_id = @thread_id)
        order by h.due_at, h.message_id
        """);

    // Of each tenant the first comes before the second of any, and of a tenant's threads likewise: what stays due since nothing is written
    // of its tenant or thread, keeps no other's waiting.
    private static readonly Statement AllDue = new($"""
        select {Columns}
        from (
          select tenant_id, message_id, row_number() over (partition by tenant_id order by turn, due_at, message_id) as place
          from (
            select tenant_id, message_id, due_at,
              row_number() over (partition by tenant_id, thread_id order by due_at, message_id) as turn
            from messaging_held
            where due_at <= @now
              and stopped_by is null
              and {NotStopped.Sql}) t) d
        join messaging_held h on h.tenant_id = d.tenant_id and h.message_id = d.message_id
        order by d.place, h.due_at, h.message_id
        limit @limit
        """);

    private static readonly Statement OthersInUndo = new("""
        select count(*)
        from messaging_held
        where tenant_id = @tenant_id
          and thread_id = @thread_id
          and author_id <> @author_id
          and from_patient = @from_patient
          and in_undo = true
          and due_at > @since
          and stopped_by is null
        """);

    private static readonly Statement Count = new("""
        select count(*)
        from messaging_held
        where tenant_id = @tenant_id
          and author_id = @author_id
        """);

    private static readonly Statement Delete = new("""
        delete from messaging_held
        where tenant_id = @tenant_id
          and message_id = @message_id
        """);

    private static readonly Statement SetStopped = new("""
        update messaging_held
        set stopped_by = @code
        where tenant_id = @tenant_id
          and message_id = @message_id
          and stopped_by is null
        """);
}
