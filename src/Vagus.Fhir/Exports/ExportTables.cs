using System.Data.Common;
using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Exports;

/// <summary>The rows of exports: the request, how far it has come, and its files.</summary>
internal static class ExportTables
{
    public static readonly Migration Step = new(241, "bulk exports", """
        create table bulk_export (
          tenant_id text not null,
          export_id text not null,
          user_id text not null,
          rights text not null,
          body text not null,
          head bigint not null,
          started_at bigint not null,
          expires_at bigint not null,
          state text not null,
          place text not null,
          resources bigint not null,
          worker text,
          worker_until bigint not null,
          primary key (tenant_id, export_id)
        );
        create index bulk_export_expiry on bulk_export (expires_at);
        create table bulk_export_file (
          tenant_id text not null,
          export_id text not null,
          number bigint not null,
          type text not null,
          resources bigint not null,
          size bigint not null,
          file_id text not null,
          notice text,
          primary key (tenant_id, export_id, number)
        );
        """);

    public static readonly Migration Deletions = new(
        243, "deletions in bulk exports", "alter table bulk_export_file add column deleted boolean not null default false;");

    public static readonly InsertInto Rows = new(
        "bulk_export",
        ("tenant_id", ColumnType.Text), ("export_id", ColumnType.Text), ("user_id", ColumnType.Text), ("rights", ColumnType.Text),
        ("body", ColumnType.Text), ("head", ColumnType.BigInt), ("started_at", ColumnType.BigInt), ("expires_at", ColumnType.BigInt),
        ("state", ColumnType.Text), ("place", ColumnType.Text), ("resources", ColumnType.BigInt), ("worker", ColumnType.Text),
        ("worker_until", ColumnType.BigInt));

    public static readonly InsertInto Files = new(
        "bulk_export_file",
        ("tenant_id", ColumnType.Text), ("export_id", ColumnType.Text), ("number", ColumnType.BigInt), ("type", ColumnType.Text),
        ("resources", ColumnType.BigInt), ("size", ColumnType.BigInt), ("file_id", ColumnType.Text), ("notice", ColumnType.Text),
        ("deleted", ColumnType.Boolean));

    public static readonly Statement Find = new($"""
        select {ExportRow.Columns}
        from bulk_export
        where tenant_id = @tenant_id
          and export_id = @export_id
          and user_id = @user_id
        """);

    public static readonly Statement FindFiles = new($"""
        select {ExportFile.Columns}
        from bulk_export_file
        where tenant_id = @tenant_id
          and export_id = @export_id
        order by number
        """);

    /// <summary>Of the user and of the tenant, those that have not ended and whose time is not over.</summary>
    public static readonly Statement CountWorking = new("""
        select coalesce(sum(case when user_id = @user_id then 1 else 0 end), 0), count(*)
        from bulk_export
        where tenant_id = @tenant_id
          and state = 'working'
          and expires_at >= @now
        """);

    /// <summary>One worker at a time: of another one, when its time is over.</summary>
    public static readonly Statement Claim = new("""
        update bulk_export
        set worker = @worker, worker_until = @until
        where tenant_id = @tenant_id
          and export_id = @export_id
          and state = 'working'
          and (worker is null or worker = @worker or worker_until < @now)
        """);

    public static readonly Statement Advance = new("""
        update bulk_export
        set place = @place, resources = resources + @resources, state = @state, expires_at = @expires_at,
          worker = case when @state = 'working' then worker end
        where tenant_id = @tenant_id
          and export_id = @export_id
          and state = 'working'
          and worker = @worker
        """);

    public static readonly Statement Release = new("""
        update bulk_export
        set worker = null
        where tenant_id = @tenant_id
          and export_id = @export_id
          and worker = @worker
        """);

    public static readonly Statement Expired = ListSql.With(list => $"""
        select {ExportRow.Columns}
        from bulk_export
        where expires_at < @now
          and {NotStopped.Sql}
          and tenant_id not in ({list("left_out")})
        order by expires_at
        limit @limit
        """);

    public static readonly Statement Delete = new("""
        delete from bulk_export
        where tenant_id = @tenant_id
          and export_id = @export_id
        """);

    public static readonly Statement DeleteFiles = new("""
        delete from bulk_export_file
        where tenant_id = @tenant_id
          and export_id = @export_id
        """);
}

/// <summary>An export as its row tells of it.</summary>
internal sealed record ExportRow
{
    public const string Columns = "tenant_id, export_id, user_id, rights, body, head, started_at, expires_at, state, place, resources";
    public const string Working = "working";
    public const string Done = "done";

    public required TenantId Tenant { get; init; }

    public required string Id { get; init; }

    public required string User { get; init; }

    /// <summary>What the user was allowed to read at the beginning, as a digest.</summary>
    public required string Rights { get; init; }

    public required ExportRequest Request { get; init; }

    /// <summary>The end of the log at the beginning: resources that were created after it are not in the export.</summary>
    public required long Head { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required string State { get; init; }

    public required ExportPlace Place { get; init; }

    public required long Resources { get; init; }

    public static ExportRow Of(DbDataReader row) => new()
    {
        Tenant = new TenantId(row.GetString(0)),
        Id = row.GetString(1),
        User = row.GetString(2),
        Rights = row.GetString(3),
        Request = JsonSerializer.Deserialize<ExportRequest>(row.GetString(4))
            ?? throw new InvalidDataException("An export has no request."),
        Head = row.GetInt64(5),
        StartedAt = Instant.FromMicroseconds(row.GetInt64(6)),
        ExpiresAt = Instant.FromMicroseconds(row.GetInt64(7)),
        State = row.GetString(8),
        Place = JsonSerializer.Deserialize<ExportPlace>(row.GetString(9)) ?? throw new InvalidDataException("An export has no place."),
        Resources = row.GetInt64(10),
    };
}

/// <summary>How far an export has come.</summary>
/// <param name="Type">What is being written, by its place among the steps of the request.</param>
/// <param name="Patient">The patient of a group, by the place in the request; 0 elsewhere.</param>
/// <param name="Before">The <c>rid</c> of the last resource that was written; null at the newest.</param>
/// <param name="Files">Files so far.</param>
internal sealed record ExportPlace(int Type, int Patient, long? Before, int Files);

/// <summary>One file of an export.</summary>
/// <param name="IsOfDeleted">It tells of deletions, as Bundles.</param>
internal sealed record ExportFile(int Number, string Type, long Resources, long Size, string FileId, string? Notice, bool IsOfDeleted)
{
    public const string Columns = "number, type, resources, size, file_id, notice, deleted";

    public static ExportFile Of(DbDataReader row) => new(
        (int)row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetString(4),
        row.IsDBNull(5) ? null : row.GetString(5), row.GetBoolean(6));
}
