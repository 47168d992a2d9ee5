using System.Data.Common;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Log;

/// <summary>The log as its readers see it: each tenant's events in order, from a cursor on.</summary>
public sealed class EventLog(Database database)
{
    internal static readonly InsertInto Rows = new(
        "event",
        ("tenant_id", ColumnType.Text),
        ("position", ColumnType.BigInt),
        ("event_id", ColumnType.Text),
        ("type", ColumnType.Text),
        ("patient_id", ColumnType.Text),
        ("resource", ColumnType.Text),
        ("sensitive", ColumnType.Boolean),
        ("occurred_at", ColumnType.BigInt),
        ("user_id", ColumnType.Text),
        ("portal_type", ColumnType.Text),
        ("correlation_id", ColumnType.Text),
        ("trace_parent", ColumnType.Text),
        ("body", ColumnType.Bytes),
        ("patients", ColumnType.Text),
        ("audience", ColumnType.Text),
        ("draws", ColumnType.Text),
        ("released", ColumnType.Boolean),
        ("narrows", ColumnType.Text),
        ("open_body", ColumnType.Bytes));

    /// <summary>The next events after a position, in order; fewer than the limit means that the reader has caught up.</summary>
    public ValueTask<List<LoggedEvent>> Read(TenantId tenant, long after, int limit, CancellationToken cancel) =>
        database.Query(ReadAfter, [tenant.Value, after, (long)limit], row => Map(tenant, row), cancel);

    /// <summary>The first and last positions that can be read. An empty log is <c>(1, 0)</c>.</summary>
    public async ValueTask<LogExtent> Extent(TenantId tenant, CancellationToken cancel) =>
        await database.QueryOne(ReadHead, [tenant.Value], MapExtent, cancel) ?? LogExtent.Empty;

    internal static object?[] Row(TenantId tenant, long position, NewEvent draft, DateTimeOffset at) =>
    [
        tenant.Value,
        position,
        draft.EventId,
        draft.Type,
        draft.Patients.Count > 0 ? draft.Patients[0].Value : null,
        draft.Resource,
        draft.Sensitive,
        at.ToMicroseconds(),
        draft.UserId,
        draft.PortalType,
        draft.CorrelationId,
        draft.TraceParent,
        draft.Body.ToArray(),
        draft.Patients.Count > 1 ? PatientList.Write(draft.Patients) : null,
        draft.Audience?.ToString(),
        EventDraw.Write(draft.Draws),
        draft.Released,
        draft.Narrows?.ToString(),
        draft.OpenBody,
    ];

    private static LoggedEvent Map(TenantId tenant, DbDataReader row) => new()
    {
        Tenant = tenant,
        Position = row.GetInt64(0),
        EventId = row.GetString(1),
        Type = row.GetString(2),
        Patients = PatientsOf(row),
        Resource = row.IsDBNull(4) ? null : row.GetString(4),
        Sensitive = row.GetBoolean(5),
        OccurredAt = Instant.FromMicroseconds(row.GetInt64(6)),
        UserId = row.IsDBNull(7) ? null : row.GetString(7),
        PortalType = row.IsDBNull(8) ? null : row.GetString(8),
        CorrelationId = row.IsDBNull(9) ? null : row.GetString(9),
        TraceParent = row.IsDBNull(10) ? null : row.GetString(10),
        Body = (byte[])row.GetValue(11),
        Audience = row.IsDBNull(13) ? null : EventAudience.Parse(row.GetString(13)),
        Draws = EventDraw.Parse(row.IsDBNull(14) ? null : row.GetString(14)),
        Released = row.IsDBNull(15) ? null : row.GetBoolean(15),
        Narrows = row.IsDBNull(16) ? null : FormerReach.Parse(row.GetString(16)),
        OpenBody = row.IsDBNull(17) ? null : (byte[])row.GetValue(17),
        NarrowedAt = row.GetInt64(18),
    };

    private static PatientId[] PatientsOf(DbDataReader row)
    {
        if (row.IsDBNull(3)) return [];
        return row.IsDBNull(12) ? [new PatientId(row.GetString(3))] : PatientList.Parse(row.GetString(12));
    }

    private static LogExtent MapExtent(DbDataReader row) => new(row.GetInt64(1), row.GetInt64(0)) { NarrowedAt = row.GetInt64(2) };

    private static readonly Statement ReadAfter = new("""
        select position, event_id, type, patient_id, resource, sensitive, occurred_at, user_id, portal_type, correlation_id, trace_parent,
          body, patients, audience, draws, released, narrows, open_body,
          (select narrowed_at from log_head where tenant_id = @tenant_id)
        from event
        where tenant_id = @tenant_id
          and position > @after
        order by position
        limit @limit
        """);

    private static readonly Statement ReadHead = new("""
        select position, oldest, narrowed_at
        from log_head
        where tenant_id = @tenant_id
        """);
}

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
