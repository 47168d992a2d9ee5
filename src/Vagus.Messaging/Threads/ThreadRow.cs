using System.Data.Common;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Threads;

/// <summary>A thread as its row tells of it. Subject and preview are sealed.</summary>
internal sealed record ThreadRow
{
    public required TenantId Tenant { get; init; }

    public required string Id { get; init; }

    public required string Kind { get; init; }

    /// <summary>The patient who takes part; of a thread among staff the one it is about.</summary>
    public PatientId? Patient { get; init; }

    /// <summary>Of a patient's thread; null for other kinds.</summary>
    public string? Category { get; init; }

    public string Priority { get; init; } = PriorityOfThread.Normal;

    public string Status { get; init; } = ThreadStatus.Open;

    public string? AssignedTo { get; init; }

    /// <summary>Who has given it up to a stand-in by being away: it goes back when the absence ends. Null where nobody has.</summary>
    public string? CoveredFor { get; init; }

    public string? Team { get; init; }

    /// <summary>The name of the pool that is written to, until one of it answers and after that.</summary>
    public string? Pool { get; init; }

    /// <summary>
    /// The names under which people take part (<c>ThreadNames</c>). The first is who began a direct thread, or whose a patient's thread is.
    /// </summary>
    public required IReadOnlyList<string> Members { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The sequence of the last message; 0 without one.</summary>
    public long LastSequence { get; init; }

    /// <summary>The number of the last note; notes are counted apart, so that messages have no holes that would tell of notes.</summary>
    public long LastNote { get; init; }

    public required DateTimeOffset LastMessageAt { get; init; }

    /// <summary>
    /// Since when the patient has no answer. It outlives closing, so that a thread that is opened again waits as before; its time to be
    /// answered runs from then.
    /// </summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>The same while the thread is open: nobody waits for an answer to what is closed.</summary>
    public DateTimeOffset? WaitsSince => Status == ThreadStatus.Closed ? null : WaitingSince;

    /// <summary>Grows with each change of what staff may change.</summary>
    public long Version { get; init; } = 1;

    public byte[]? SealedSubject { get; init; }

    /// <summary>The message whose beginning the preview is.</summary>
    public long PreviewSequence { get; init; }

    public byte[]? SealedPreview { get; init; }

    /// <summary>Until when the patient is to be answered; null where no target is set or nobody waits.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The business time that was left when the clinic began to wait for the patient.</summary>
    public TimeSpan? DueLeft { get; init; }

    /// <summary>The business time that was used up when the clinic last began to wait for the patient; null where it never did.</summary>
    public TimeSpan? DueUsed { get; init; }

    /// <summary>
    /// From when the time or its rest runs: since the thread was opened again, or the clinic has waited for the patient; null: since the
    /// patient waits.
    /// </summary>
    public DateTimeOffset? DueSince { get; init; }

    /// <summary>When it was seen that the due date had passed.</summary>
    public DateTimeOffset? OverdueAt { get; init; }

    /// <summary>Staff do not want to see it before this instant, unless the patient writes.</summary>
    public DateTimeOffset? SnoozedUntil { get; init; }

    /// <summary>Ids of the tenant's labels.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>When the server last answered by itself.</summary>
    public DateTimeOffset? AutoRepliedAt { get; init; }

    /// <summary>A patient is asked to read what is written.</summary>
    public bool IsWithPatient => Members.Any(name => name.StartsWith("Patient/", StringComparison.Ordinal));

    /// <summary>Others have dealt with it: it is closed, or one of its pool has taken it.</summary>
    public bool IsDealtWith => Status == ThreadStatus.Closed || (Pool is not null && AssignedTo is not null);

    public const string Columns = """
        t.tenant_id, t.thread_id, t.kind, t.patient_id, t.category, t.priority, t.status, t.assigned_to, t.team, t.pool, t.members,
          t.created_by, t.created_at, t.last_sequence, t.last_note, t.last_message_at, t.waiting_since, t.version, t.sealed_subject,
          t.sealed_preview, t.preview_sequence, t.due_at, t.due_left, t.overdue_at, t.snoozed_until, t.labels, t.auto_replied_at,
          t.due_used, t.due_since, t.covered_for
        """;

    /// <summary>The place of the first column behind <see cref="Columns"/>.</summary>
    public const int ColumnCount = 30;

    /// <summary>Null also of a thread that is being erased: from the first moment on there is none.</summary>
    public static async ValueTask<ThreadRow?> Find(IRunQueries queries, TenantId tenant, string id, CancellationToken cancel) =>
        await queries.QueryOne(One, [tenant.Value, id], Read, cancel);

    public static ThreadRow Read(DbDataReader row) => new()
    {
        Tenant = new TenantId(row.GetString(0)),
        Id = row.GetString(1),
        Kind = row.GetString(2),
        Patient = row.IsDBNull(3) ? null : new PatientId(row.GetString(3)),
        Category = row.IsDBNull(4) ? null : row.GetString(4),
        Priority = row.GetString(5),
        Status = row.GetString(6),
        AssignedTo = row.IsDBNull(7) ? null : row.GetString(7),
        Team = row.IsDBNull(8) ? null : row.GetString(8),
        Pool = row.IsDBNull(9) ? null : row.GetString(9),
        Members = row.GetString(10).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        CreatedBy = row.GetString(11),
        CreatedAt = Instant.FromMicroseconds(row.GetInt64(12)),
        LastSequence = row.GetInt64(13),
        LastNote = row.GetInt64(14),
        LastMessageAt = Instant.FromMicroseconds(row.GetInt64(15)),
        WaitingSince = At(row, 16),
        Version = row.GetInt64(17),
        SealedSubject = row.IsDBNull(18) ? null : (byte[])row.GetValue(18),
        SealedPreview = row.IsDBNull(19) ? null : (byte[])row.GetValue(19),
        PreviewSequence = row.GetInt64(20),
        DueAt = At(row, 21),
        DueLeft = Span(row, 22),
        OverdueAt = At(row, 23),
        SnoozedUntil = At(row, 24),
        Labels = row.GetString(25).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        AutoRepliedAt = At(row, 26),
        DueUsed = Span(row, 27),
        DueSince = At(row, 28),
        CoveredFor = row.IsDBNull(29) ? null : row.GetString(29),
    };

    private static TimeSpan? Span(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : TimeSpan.FromMicroseconds(row.GetInt64(column));

    private static DateTimeOffset? At(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : Instant.FromMicroseconds(row.GetInt64(column));

    private static readonly Statement One = new($"""
        select {Columns}
        from messaging_thread t
        where t.tenant_id = @tenant_id
          and t.thread_id = @thread_id
          and t.erasing_at is null
        """);
}
