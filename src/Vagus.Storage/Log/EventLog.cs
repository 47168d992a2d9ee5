using System.Data.Common;
using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Log;

/// <summary>The log as its readers see it: each tenant's events in order, from a cursor on.</summary>
public sealed class EventLog(Database database)
{
    // The column cannot be null: SQLite does not take the condition from a table that exists.
    private const string IdIsPacked = "";

    internal static readonly InsertInto Rows = new(
        "event",
        ("tenant_id", ColumnType.Text),
        ("position", ColumnType.BigInt),
        ("event_id", ColumnType.Text),
        ("type", ColumnType.Text),
        ("sensitive", ColumnType.Boolean),
        ("occurred_at", ColumnType.BigInt),
        ("packed", ColumnType.Bytes),
        ("body", ColumnType.Bytes),
        ("audience", ColumnType.Text),
        ("draws", ColumnType.Text),
        ("released", ColumnType.Boolean),
        ("narrows", ColumnType.Text),
        ("open_body", ColumnType.Bytes),
        ("labels", ColumnType.BigInt));

    /// <summary>The next events after a position, in order; fewer than the limit means that the reader has caught up.</summary>
    public ValueTask<List<LoggedEvent>> Read(TenantId tenant, long after, int limit, CancellationToken cancel) =>
        database.Query(ReadAfter, [tenant.Value, after, (long)limit], row => Map(tenant, row), cancel);

    /// <summary>The events at these positions, in order; those that retention has removed are missing.</summary>
    public ValueTask<List<LoggedEvent>> At(TenantId tenant, IReadOnlyCollection<long> positions, CancellationToken cancel) =>
        positions.Count == 0
            ? ValueTask.FromResult(new List<LoggedEvent>())
            : database.Query(ReadAt, [tenant.Value, JsonSerializer.Serialize(positions)], row => Map(tenant, row), cancel);

    /// <summary>
    /// What the events after one position up to another concern, in order. An event that cannot be read any more is left out.
    /// </summary>
    public ValueTask<List<ConcernOfEvent>> ReadConcerns(TenantId tenant, long after, long last, CancellationToken cancel) =>
        database.Query(ReadBetween, [tenant.Value, after, last], MapConcern, cancel);

    /// <summary>The first and last positions that can be read. An empty log is <c>(1, 0)</c>.</summary>
    public ValueTask<LogExtent> Extent(TenantId tenant, CancellationToken cancel) => Extent(database, tenant, cancel);

    /// <summary>The same as a snapshot sees it.</summary>
    public static async ValueTask<LogExtent> Extent(IRunQueries queries, TenantId tenant, CancellationToken cancel) =>
        await queries.QueryOne(ReadHead, [tenant.Value], MapExtent, cancel) ?? LogExtent.Empty;

    internal static object?[] Row(TenantId tenant, long position, NewEvent draft, DateTimeOffset at)
    {
        var (form, body) = PackedBody.Write(draft);
        return
        [
            tenant.Value,
            position,
            IdIsPacked,
            draft.Type,
            draft.Labels != Sensitivity.None,
            at.ToMicroseconds(),
            PackedEvent.Write(draft, form),
            body,
            draft.Audience?.ToString(),
            EventDraw.Write(draft.Draws),
            draft.Released,
            draft.Narrows?.ToString(),
            draft.OpenBody,
            draft.Labels == Sensitivity.None ? null : (long)draft.Labels,
        ];
    }

    private static LoggedEvent Map(TenantId tenant, DbDataReader row)
    {
        var type = row.GetString(2);
        var texts = row.IsDBNull(5) ? OldRow.Read(row) : PackedEvent.Read((byte[])row.GetValue(5));
        return new LoggedEvent
        {
            Tenant = tenant,
            Position = row.GetInt64(0),
            EventId = texts.EventId,
            Type = type,
            Patients = texts.Patients,
            Resource = texts.Resource,
            Labels = LabelsOf(row),
            OccurredAt = Instant.FromMicroseconds(row.GetInt64(4)),
            UserId = texts.UserId,
            PortalType = texts.PortalType,
            CorrelationId = texts.CorrelationId,
            TraceParent = texts.TraceParent,
            Body = PackedBody.Read(texts.Body, (byte[])row.GetValue(6), type, texts.Resource, texts.Patient),
            Audience = row.IsDBNull(7) ? null : EventAudience.Parse(row.GetString(7)),
            Draws = EventDraw.Parse(row.IsDBNull(8) ? null : row.GetString(8)),
            Released = row.IsDBNull(9) ? null : row.GetBoolean(9),
            Narrows = row.IsDBNull(10) ? null : FormerReach.Parse(row.GetString(10)),
            OpenBody = row.IsDBNull(11) ? null : (byte[])row.GetValue(11),
            NarrowedAt = row.GetInt64(12),
        };
    }

    private static ConcernOfEvent MapConcern(DbDataReader row)
    {
        var texts = row.IsDBNull(5) ? OldRow.Read(row) : PackedEvent.Read((byte[])row.GetValue(5));
        var former = row.IsDBNull(10) ? [] : FormerReach.Parse(row.GetString(10)).Patients;
        return new ConcernOfEvent(row.GetInt64(0), [.. texts.Patients, .. former], texts.Resource);
    }

    // Rows from before step 5 say no more than that there is a label.
    private static Sensitivity LabelsOf(DbDataReader row) =>
        !row.GetBoolean(3) ? Sensitivity.None : row.IsDBNull(20) ? Sensitivity.All : (Sensitivity)row.GetInt64(20);

    private static LogExtent MapExtent(DbDataReader row) => new(row.GetInt64(1), row.GetInt64(0)) { NarrowedAt = row.GetInt64(2) };

    private const string Columns = """
        select position, event_id, type, sensitive, occurred_at, packed, body, audience, draws, released, narrows, open_body,
          (select narrowed_at from log_head where tenant_id = @tenant_id),
          patient_id, patients, resource, user_id, portal_type, correlation_id, trace_parent, labels
        from event
        where tenant_id = @tenant_id
        """;

    private static readonly Statement ReadAfter = new($"""
        {Columns}
          and position > @after
        order by position
        limit @limit
        """);

    private static readonly Statement ReadAt = new(
        $"""
        {Columns}
          and position in (select value from json_each(@positions))
        order by position
        """,
        $"""
        {Columns}
          and position in (select cast(value as bigint) from json_array_elements_text(@positions::json) as asked (value))
        order by position
        """);

    // The columns that decide are where they are in every row that is read.
    private static readonly Statement ReadBetween = new("""
        select position, event_id, '', false, 0, packed, '', '', '', false, narrows, '', 0,
          patient_id, patients, resource, user_id, portal_type, correlation_id, trace_parent
        from event
        where tenant_id = @tenant_id
          and position > @after
          and position <= @last
        order by position
        """);

    private static readonly Statement ReadHead = new("""
        select position, oldest, narrowed_at
        from log_head
        where tenant_id = @tenant_id
        """);
}

/// <summary>What an event concerns.</summary>
/// <param name="Position">Its place in the log.</param>
/// <param name="Patients">Its patients, and those in whose compartments its resource was before.</param>
/// <param name="Resource">Its resource, with version.</param>
public readonly record struct ConcernOfEvent(long Position, IReadOnlyList<PatientId> Patients, string? Resource);

/// <summary>What of a tenant's log can be read: positions <see cref="Oldest"/> to <see cref="Last"/>, both included.</summary>
public sealed record LogExtent(long Oldest, long Last)
{
    public static LogExtent Empty { get; } = new(1, 0);

    /// <summary>
    /// The last position at which somebody lost sight of a resource. Rows from before it are judged by how their resources stand now.
    /// </summary>
    public long NarrowedAt { get; init; }

    /// <summary>True when everything after the cursor is still there. Otherwise the reader must be told of a gap.</summary>
    public bool Holds(long cursor) => cursor >= Oldest - 1 && cursor <= Last;
}
