using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Vagus.Storage.Sql;

/// <summary>A SQLite connection. Its calls complete synchronously: SQLite has no asynchronous I/O.</summary>
internal sealed class SqliteSession : SqlSession
{
    private const int PreparedLimit = 512;
    private const int PagesWrittenCounter = 9;
    private readonly Dictionary<Statement, SqliteCommand> prepared = [];
    private readonly SqliteConnection connection;
    private readonly SqliteRows inserts;

    // SQLITE_CONFIG_MEMSTATUS off: SQLite's counters of memory, which nothing reads, stand behind one lock for all connections, taken at
    // each allocation. Refused (SQLITE_MISUSE) once another part of the process has opened a database: it costs speed only.
    static SqliteSession()
    {
        Batteries_V2.Init();
        raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    private SqliteSession(SqliteConnection connection) => (this.connection, inserts) = (connection, new SqliteRows(connection));

    public override Engine Engine => Engine.Sqlite;

    internal override bool Usable => connection.State == System.Data.ConnectionState.Open;

    internal static SqliteSession Open(string file, bool readOnly)
    {
        var opened = Connect(file, readOnly ? SqliteOpenMode.ReadWrite : SqliteOpenMode.ReadWriteCreate);
        KeepPlans(opened);
        using var pragma = opened.CreateCommand();
        pragma.CommandText = readOnly ? ReaderPragmas : WriterPragmas;
        pragma.ExecuteNonQuery();
        return new SqliteSession(opened);
    }

    /// <summary>Of a reader: the snapshot that its read transaction has, kept between queries.</summary>
    internal ReadSnapshot? Snapshot { get; private set; }

    /// <summary>SQLite takes the snapshot with the first query that follows.</summary>
    internal void Hold(ReadSnapshot snapshot)
    {
        Bind(BeginRead, []).ExecuteNonQuery();
        Snapshot = snapshot;
    }

    internal void LetGo()
    {
        Snapshot = null;
        Bind(EndRead, []).ExecuteNonQuery();
    }

    /// <summary>Moves what it can of the write-ahead log into the database without waiting. Answers how many frames the log has.</summary>
    internal long Checkpoint()
    {
        var result = raw.sqlite3_wal_checkpoint_v2(connection.Handle, null, raw.SQLITE_CHECKPOINT_PASSIVE, out var frames, out _);
        return result == raw.SQLITE_OK ? frames : 0;
    }

    /// <summary>Pages that this connection wrote since it was counted anew (SQLITE_DBSTATUS_CACHE_WRITE).</summary>
    internal int PagesWritten(bool anew)
    {
        raw.sqlite3_db_status(connection.Handle, PagesWrittenCounter, out var pages, out _, anew ? 1 : 0);
        return pages;
    }

    /// <summary>By SQLite's backup API in one step: one snapshot, and the pages as they are.</summary>
    internal static void Copy(string file, string copy)
    {
        using var from = Connect(file, SqliteOpenMode.ReadWrite);
        using var to = Connect(copy, SqliteOpenMode.ReadWriteCreate);
        from.BackupDatabase(to);
    }

    public override ValueTask<List<T>> Query<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        var command = Bind(statement, values);
        var rows = new List<T>();
        using var reader = command.ExecuteReader();
        while (reader.Read()) rows.Add(row(reader));
        return ValueTask.FromResult(rows);
    }

    public override ValueTask<int> Execute(Statement statement, object?[] values, CancellationToken cancel) =>
        ValueTask.FromResult(Bind(statement, values).ExecuteNonQuery());

    internal override ValueTask Run(string script, CancellationToken cancel)
    {
        using var command = connection.CreateCommand();
        command.CommandText = script;
        command.ExecuteNonQuery();
        return ValueTask.CompletedTask;
    }

    internal override ValueTask Run(StatementBatch batch)
    {
        foreach (var (statement, values, into, rows) in batch.Steps)
        {
            if (statement is { Sqlite.Length: > 0 }) Bind(statement, values).ExecuteNonQuery();
            if (into is not null) inserts.Insert(into, rows!);
        }

        return ValueTask.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        inserts.Dispose();
        foreach (var command in prepared.Values) await command.DisposeAsync();
        await connection.DisposeAsync();
    }

    private static SqliteConnection Connect(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, Mode = mode, DefaultTimeout = 30 }.ToString());
        connection.Open();
        return connection;
    }

    /// <summary>
    /// The query planner's stability guarantee (SQLITE_DBCONFIG_ENABLE_QPSG): a plan never depends on the values of parameters. Without it
    /// SQLite compares parameters with the conditions of partial indexes, and prepares such a statement anew at each execution.
    /// </summary>
    private static void KeepPlans(SqliteConnection connection)
    {
        var result = raw.sqlite3_db_config(connection.Handle, raw.SQLITE_DBCONFIG_ENABLE_QPSG, 1, out _);
        if (result != raw.SQLITE_OK) throw new InvalidOperationException($"SQLite refused SQLITE_DBCONFIG_ENABLE_QPSG: {result}");
    }

    private SqliteCommand Bind(Statement statement, object?[] values)
    {
        if (!prepared.TryGetValue(statement, out var command)) command = Prepare(statement);
        if (values.Length != command.Parameters.Count)
            throw new ArgumentException(
                $"The statement takes {command.Parameters.Count} values, {values.Length} were given.", nameof(values));
        for (var index = 0; index < values.Length; index++) command.Parameters[index].Value = values[index] ?? DBNull.Value;
        return command;
    }

    private SqliteCommand Prepare(Statement statement)
    {
        // Searches make texts of many shapes; a full cache starts anew rather than growing.
        if (prepared.Count >= PreparedLimit)
        {
            foreach (var old in prepared.Values) old.Dispose();
            prepared.Clear();
        }

        var command = connection.CreateCommand();
        command.CommandText = statement.Sqlite;
        foreach (var name in statement.Parameters) command.Parameters.Add(new SqliteParameter { ParameterName = "@" + name });
        prepared.Add(statement, command);
        return command;
    }

    private static readonly Statement BeginRead = new("begin");

    private static readonly Statement EndRead = new("commit");

    // synchronous=full: a commit is on the disk before anybody is told. The writer's cache is small: a commit that has split pages looks
    // through all of it (sqlite3PcacheTruncate), and pages that it lacks are in the system's cache. Readers map nothing: one that finds
    // another commit would unmap the whole file and fault its pages in again, and every audited read is a commit.
    private const string WriterPragmas = """
        pragma journal_mode = wal;
        pragma synchronous = full;
        pragma busy_timeout = 30000;
        pragma foreign_keys = on;
        pragma temp_store = memory;
        pragma cache_size = -16384;
        pragma wal_autocheckpoint = 4000;
        """;

    private const string ReaderPragmas = """
        pragma busy_timeout = 30000;
        pragma query_only = on;
        pragma temp_store = memory;
        pragma cache_size = -16384;
        """;
}
