using System.Collections.Concurrent;
using System.Data.Common;
using Npgsql;
using Vagus.Storage.Sql;

namespace Vagus.Storage;

/// <summary>The door for reading, and the maker of connections. Writing goes through <see cref="Writing.GroupCommit"/> only.</summary>
public sealed class Database : IRunQueries, IAsyncDisposable
{
    // Milliseconds. A process that is paused in the middle of a transaction (a machine that is moved, a debugger) keeps its locks, and the
    // kernel answers for it: PostgreSQL ends its session instead. Our transactions wait for nothing between two statements.
    private const string GiveUpLocks = "-c idle_in_transaction_session_timeout=3000";

    private const string BeginOnPostgres = "begin isolation level repeatable read read only";
    private const string BeginOnSqlite = "begin";

    // All statements look rows up by an index. A plan that was made while a table was small or not analysed yet stays with the connection,
    // so that one which reads a table from end to end would go on doing so when the table has grown.
    private const string ByIndex =
        "set enable_seqscan = off; set enable_bitmapscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off";

    private readonly ConcurrentBag<SqlSession> idle = [];
    private readonly SemaphoreSlim readers;
    private readonly string? sqliteFile;
    private readonly SqliteReaders? sqlite;
    private readonly NpgsqlDataSource? postgres;
    private Func<ValueTask> foldLeaves = () => ValueTask.CompletedTask;

    public Database(StorageOptions options)
        : this(options, Path.Combine(options.DataFolder, "vagus.db"), pool: "vagus")
    {
    }

    private Database(StorageOptions options, string file, string pool)
    {
        readers = new SemaphoreSlim(options.Readers, options.Readers);
        if (options.Postgres is { } connectionString)
        {
            var builder = new NpgsqlConnectionStringBuilder(connectionString)
            {
                MaxAutoPrepare = 256,
                AutoPrepareMinUsages = 2,
                MaxPoolSize = options.Readers + options.PostgresLanes + 4,
                IncludeErrorDetail = false,
                // Seconds. A peer that vanished without a word is noticed within a minute, also by the listener, which only waits.
                TcpKeepAlive = true,
                TcpKeepAliveTime = 30,
                TcpKeepAliveInterval = 10,
                ApplicationName = pool,
            };
            builder.Options = $"{builder.Options} {GiveUpLocks}".TrimStart();
            // The pool's name is a label of Npgsql's metrics; without one it would be the connection string.
            var source = new NpgsqlDataSourceBuilder(builder.ToString()) { Name = pool };
            source.UsePhysicalConnectionInitializer(LookUpByIndex, LookUpByIndexAsync);
            postgres = source.Build();
            return;
        }

        OwnerOnly.CreateFolder(Path.GetDirectoryName(Path.GetFullPath(file))!);
        sqliteFile = file;
        OwnerOnly.Guard(sqliteFile);
        sqlite = new SqliteReaders(sqliteFile);
    }

    /// <summary>A small database beside that of the facts, with few connections.</summary>
    internal static Database Apart(Apart.ApartOptions apart)
    {
        var database = new Database(
            new StorageOptions { Postgres = apart.Postgres, Readers = 4, PostgresLanes = 1 }, apart.File,
            pool: "vagus-" + Path.GetFileNameWithoutExtension(apart.File));
        // Its writer tells of no commit, and what it erases may be in no reader's snapshot.
        if (database.sqlite is { } readers) readers.Snapshots.AreKept = false;
        return database;
    }

    /// <summary>Of SQLite: connections opened so far to read.</summary>
    internal int ReadersOpened => sqlite?.Opened ?? 0;

    public Engine Engine => postgres is null ? Engine.Sqlite : Engine.Postgres;

    /// <summary>Tells readers that the lane commits more than leaves.</summary>
    internal void BeginCommit() => sqlite?.Snapshots.BeginCommit();

    /// <summary>
    /// Tells readers of the lane's commit, before it is acknowledged. <paramref name="onlyLeaves"/>: nothing but the leaf log's tables was
    /// written.
    /// </summary>
    internal void EndCommit(bool onlyLeaves) => sqlite?.Snapshots.EndCommit(onlyLeaves);

    /// <summary>Tells readers that another process has committed.</summary>
    internal void CommittedElsewhere() => sqlite?.Snapshots.Committed(onlyLeaves: false);

    /// <summary>Called by the lane after a commit that was told.</summary>
    internal void Watch(SqlSession writer)
    {
        if (writer is SqliteSession session) sqlite?.Snapshots.Watch(session);
    }

    /// <summary>How the names of the leaf log's tables begin, and what puts all leaves there that are acknowledged.</summary>
    internal void SetLeafTables(string prefix, Func<ValueTask> fold)
    {
        foldLeaves = fold;
        if (sqlite is not null) sqlite.Snapshots.LeafTables = prefix;
    }

    /// <summary>
    /// Runs one query on a pooled read connection. Throws <see cref="DatabaseUnreachableException"/> when that is refused or lost.
    /// </summary>
    public async ValueTask<List<T>> Query<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        if (sqlite?.Snapshots.LeafTables is { } leafTables && statement.Names(leafTables)) await foldLeaves();
        await readers.WaitAsync(cancel);
        try
        {
            if (sqlite is not null) return await sqlite.Query(statement, values, row, cancel);
            return await QueryPooled(statement, values, row, cancel);
        }
        catch (Exception cause) when (LostConnection.Is(cause))
        {
            throw new DatabaseUnreachableException(LostConnection.CodeOf(cause), cause);
        }
        finally
        {
            readers.Release();
        }
    }

    /// <summary>Runs a query of at most one row; default when there is none.</summary>
    public async ValueTask<T?> QueryOne<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        var rows = await Query(statement, values, row, cancel);
        return rows.Count == 0 ? default : rows[0];
    }

    /// <summary>
    /// Runs queries that see one moment of the database: what commits meanwhile is in none of them. Nothing else is waited for between
    /// them. The work reads only: where this process stood still for so long that PostgreSQL ended the session, it runs once more.
    /// </summary>
    public async ValueTask<T> InSnapshot<T>(Func<IRunQueries, ValueTask<T>> work, CancellationToken cancel)
    {
        await readers.WaitAsync(cancel);
        try
        {
            try
            {
                return await RunInSnapshot(work, cancel);
            }
            catch (Exception cause) when (LostConnection.StoodStill(cause))
            {
                return await RunInSnapshot(work, cancel);
            }
        }
        catch (Exception cause) when (LostConnection.Is(cause))
        {
            throw new DatabaseUnreachableException(LostConnection.CodeOf(cause), cause);
        }
        finally
        {
            readers.Release();
        }
    }

    private async ValueTask<T> RunInSnapshot<T>(Func<IRunQueries, ValueTask<T>> work, CancellationToken cancel)
    {
        var session = await BeginSnapshot(cancel);
        var done = false;
        try
        {
            var result = await work(new SessionQueries(session));
            await session.Run("commit", CancellationToken.None);
            done = true;
            return result;
        }
        finally
        {
            if (done) idle.Add(session);
            else await session.DisposeAsync();
        }
    }

    /// <summary>A pooled connection may have been lost since it was last used: then it begins on a new one.</summary>
    private async ValueTask<SqlSession> BeginSnapshot(CancellationToken cancel)
    {
        if (idle.TryTake(out var pooled))
        {
            try
            {
                return await Begun(pooled, cancel);
            }
            catch (Exception cause) when (LostConnection.Is(cause) && cause.InnerException is not TimeoutException)
            {
                await ForgetConnections();
            }
        }

        return await Begun(
            sqliteFile is null ? new PostgresSession(await OpenPostgres(cancel)) : SqliteSession.Open(sqliteFile, readOnly: true), cancel);
    }

    private static async ValueTask<SqlSession> Begun(SqlSession session, CancellationToken cancel)
    {
        try
        {
            await session.Run(session.Engine == Engine.Sqlite ? BeginOnSqlite : BeginOnPostgres, cancel);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    internal async ValueTask<SqlSession> OpenWriter(CancellationToken cancel) =>
        postgres is null
            ? SqliteSession.Open(sqliteFile!, readOnly: false) : new PostgresSession(await postgres.OpenConnectionAsync(cancel));

    /// <summary>The same for migrations: a step may take longer than any other statement.</summary>
    internal async ValueTask<SqlSession> OpenMigrator(CancellationToken cancel) => postgres is null
        ? await OpenWriter(cancel) : new PostgresSession(await postgres.OpenConnectionAsync(cancel)) { WaitsWithoutLimit = true };

    /// <summary>
    /// What is pooled is closed, and what is in use when it is given back: after a failover they may lead to the server of before.
    /// </summary>
    internal async ValueTask ForgetConnections()
    {
        postgres?.Clear();
        while (idle.TryTake(out var stale)) await stale.DisposeAsync();
    }

    /// <summary>A connection of its own for <c>COPY</c>.</summary>
    internal async ValueTask<NpgsqlConnection> OpenPostgres(CancellationToken cancel) =>
        postgres is null ? throw new InvalidOperationException("The engine is SQLite.") : await postgres.OpenConnectionAsync(cancel);

    /// <summary>Copies the database as it is at one moment into a new file, while others write.</summary>
    internal void CopySqlite(string file)
    {
        OwnerOnly.Guard(file);
        SqliteSession.Copy(sqliteFile ?? throw new InvalidOperationException("The engine is PostgreSQL."), file);
    }

    /// <summary>A connection of its own to watch SQLite's file; null on PostgreSQL.</summary>
    internal SqlSession? OpenWatch() => sqliteFile is null ? null : SqliteSession.Open(sqliteFile, readOnly: true);

    /// <summary>A connection of its own for <c>LISTEN</c>; null on SQLite.</summary>
    internal async ValueTask<NpgsqlConnection?> OpenListener(CancellationToken cancel) =>
        postgres is null ? null : await postgres.OpenConnectionAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        while (idle.TryTake(out var session)) await session.DisposeAsync();
        if (sqlite is not null) await sqlite.DisposeAsync();
        if (postgres is not null) await postgres.DisposeAsync();
        readers.Dispose();
    }

    /// <summary>
    /// A pooled connection may have been lost since it was last used, and with it all others. A read changes nothing: it is run again on a
    /// new connection.
    /// </summary>
    private async ValueTask<List<T>> QueryPooled<T>(
        Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        if (idle.TryTake(out var pooled))
        {
            try
            {
                return await QueryOn(pooled, statement, values, row, cancel);
            }
            catch (Exception cause) when (LostConnection.Is(cause) && cause.InnerException is not TimeoutException)
            {
                await ForgetConnections();
            }
        }

        return await QueryOn(new PostgresSession(await OpenPostgres(cancel)), statement, values, row, cancel);
    }

    private async ValueTask<List<T>> QueryOn<T>(
        SqlSession session, Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        try
        {
            return await session.Query(statement, values, row, cancel);
        }
        finally
        {
            if (session.Usable) idle.Add(session);
            else await session.DisposeAsync();
        }
    }

    private static void LookUpByIndex(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(ByIndex, connection);
        command.ExecuteNonQuery();
    }

    private static async Task LookUpByIndexAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(ByIndex, connection);
        await command.ExecuteNonQueryAsync();
    }
}
