using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Vagus.AuditVerifier;

/// <summary>The tables of the audit in one snapshot of the database, which is opened for reading only.</summary>
internal sealed class LogDatabase : IDisposable
{
    private const long Page = 1024;

    // Each page follows a key. A plan that was made while the tables had no statistics would read and sort the rest of a log for each.
    private const string AlongTheKeys = "set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off; set jit = off";
    private static readonly string[] Tables = ["audit_head", "audit_entry", "audit_checkpoint"];
    private readonly DbConnection connection;
    private readonly DbTransaction snapshot;

    public LogDatabase(string? sqliteFile, string? postgres)
    {
        connection = sqliteFile is not null
            ? new SqliteConnection(ReadOnly(sqliteFile))
            : new NpgsqlConnection(postgres);
        connection.Open();
        if (connection is NpgsqlConnection) Run(AlongTheKeys);
        snapshot = connection is SqliteConnection file
            ? file.BeginTransaction(deferred: true)
            : connection.BeginTransaction(IsolationLevel.RepeatableRead);
    }

    public IEnumerable<string> Tenants => Tables.SelectMany(TenantsOf).Distinct().Order(StringComparer.Ordinal);

    public IEnumerable<byte[]> PublicKeys => Read("select public_key from audit_key order by since", [], row => Bytes(row, 0));

    public IEnumerable<string> Bridges => Read("select note from audit_checkpoint where bridge order by signed_at", [], row => row.GetString(0));

    public Head? HeadOf(string tenant) => Read(
        "select size, frontier, oldest from audit_head where tenant_id = @a", [tenant],
        row => new Head(row.GetInt64(0), Bytes(row, 1), row.GetInt64(2))).FirstOrDefault();

    public byte[]? Tile(string tenant, long level, long number) => Read(
        "select hashes from audit_tile where tenant_id = @a and level = @b and number = @c", [tenant, level, number],
        row => Bytes(row, 0)).FirstOrDefault();

    /// <summary>The smallest size that every sink has had anchored, as the database says; null where it says nothing.</summary>
    public long? AnchoredSize(string tenant) => Read(
        "select min(size) from audit_anchor where tenant_id = @a", [tenant], row => row.IsDBNull(0) ? null : (long?)row.GetInt64(0)).First();

    public IEnumerable<Entry> Entries(string tenant, long from) => Paged(
        "select idx, recorded_at, body from audit_entry where tenant_id = @a and idx > @b order by idx limit @c",
        tenant, from - 1, row => new Entry(row.GetInt64(0), row.GetInt64(1), Bytes(row, 2)), entry => entry.Index);

    public IEnumerable<(long Size, string Note)> Checkpoints(string tenant)
    {
        // Several of one size belong together: a page ends between two sizes.
        var after = 0L;
        while (true)
        {
            var sizes = Read(
                "select distinct size from audit_checkpoint where tenant_id = @a and size > @b order by size limit @c",
                [tenant, after, Page], row => row.GetInt64(0)).ToList();
            if (sizes.Count == 0) yield break;
            foreach (var each in Read(
                "select size, note from audit_checkpoint where tenant_id = @a and size > @b and size <= @c order by size, signed_at",
                [tenant, after, sizes[^1]], row => (row.GetInt64(0), row.GetString(1))).ToList())
                yield return each;
            after = sizes[^1];
        }
    }

    /// <summary>
    /// All versions of resources of a tenant as <c>Type/id/_history/version</c> with their instants; none where there is no FHIR store.
    /// </summary>
    public IEnumerable<(string Name, long UpdatedAt)> Versions(string tenant)
    {
        if (!HasTable("fhir_version") || !HasTable("fhir_name")) yield break;
        foreach (var (number, type) in Read(
            "select number, name from fhir_name where tenant_id = @a and kind = 1 order by number", [tenant],
            row => (row.GetInt64(0), row.GetString(1))).ToList())
        {
            for (var after = 0L; ;)
            {
                // A page ends between two resources.
                var last = Read(
                    "select max(rid) from (select rid from fhir_resource where type_number = @a and rid > @b order by rid limit @c) as page",
                    [number, after, Page], row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0)).First();
                if (last is null) break;
                foreach (var (id, version, at) in Read(
                    """
                    select r.id, v.version, v.updated_at
                    from fhir_resource r
                    join fhir_version v on v.tenant_id = @a and v.rid = r.rid
                    where r.type_number = @b and r.rid > @c and r.rid <= @d
                    """,
                    [tenant, number, after, last], row => (row.GetString(0), row.GetInt64(1), row.GetInt64(2))).ToList())
                    yield return ($"{type}/{id}/_history/{version}", at);
                after = last.Value;
            }
        }
    }

    private void Run(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static string ReadOnly(string file) =>
        new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString();

    public void Dispose()
    {
        snapshot.Dispose();
        connection.Dispose();
    }

    // One step along the key for each tenant: no scan of the table.
    private IEnumerable<string> TenantsOf(string table)
    {
        for (var last = ""; ;)
        {
            var next = Read($"select min(tenant_id) from {table} where tenant_id > @a", [last], row => row.IsDBNull(0) ? null : row.GetString(0)).First();
            if (next is null) yield break;
            yield return last = next;
        }
    }

    private bool HasTable(string name) => Read(
        connection is SqliteConnection
            ? "select count(*) from sqlite_master where type = 'table' and name = @a"
            : "select count(*) from information_schema.tables where table_schema = current_schema() and table_name = @a",
        [name], row => row.GetInt64(0)).First() > 0;

    private IEnumerable<T> Paged<T>(string sql, string tenant, long after, Func<DbDataReader, T> map, Func<T, long> key)
    {
        while (true)
        {
            var page = Read(sql, [tenant, after, Page], map).ToList();
            foreach (var each in page) yield return each;
            if (page.Count < Page) yield break;
            after = key(page[^1]);
        }
    }

    private IEnumerable<T> Read<T>(string sql, object[] values, Func<DbDataReader, T> map)
    {
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, snapshot);
        for (var at = 0; at < values.Length; at++)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("@" + (char)('a' + at), values[at]);
            command.Parameters.Add(parameter);
        }

        using var rows = command.ExecuteReader();
        while (rows.Read()) yield return map(rows);
    }

    private static byte[] Bytes(DbDataReader row, int column) => (byte[])row.GetValue(column);
}

internal sealed record Head(long Size, byte[] Frontier, long Oldest);

internal sealed record Entry(long Index, long RecordedAt, byte[] Body);
