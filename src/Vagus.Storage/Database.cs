using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Vagus.Storage.Sql;

namespace Vagus.Storage;

/// <summary>The door for reading, and the maker of connections. Writing goes through <see cref="Writing.GroupCommit"/> only.</summary>
public sealed class Database : IRunQueries, IAsyncDisposable
{
    // Milliseconds. A process that is paused in the middle of a transaction (a machine that is moved, a debugger) keeps its locks, and the
    // kernel answers for it: PostgreSQL ends its session instead. Our transactions wait for nothing between two statements.
    private const string GiveUpLocks = "-c idle_in_transaction_session_timeout=3000";

    // All statements look rows up by an index. A plan that was made while a table was small or not analysed yet stays with the connection,
    // so that one which reads a table from end to end would go on doing so when the table has grown.
    private const string ByIndex =
        "set enable_seqscan = off; set enable_bitmapscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off";

    private const string ReadAtOneMoment = "begin isolation level repeatable read read only";
    private static readonly Statement AnyQuery = new("select 1");

    private readonly ConcurrentBag<SqlSession> idle = [];
    private readonly SemaphoreSlim readers;
    private readonly string? sqliteFile;
    private readonly ReadSnapshots? snapshots;
    private readonly int mostReaders;
    private int openReaders;
    private readonly NpgsqlDataSource? postgres;

    public Database(StorageOptions options)
        : this(options, Path.Combine(options.DataFolder, "vagus.db"), pool: "vagus") =>
        snapshots = postgres is null ? new ReadSnapshots() : null;

    private Database(StorageOptions options, string file, string pool)
    {
        mostReaders = options.Readers;
        readers = new SemaphoreSlim(mostReaders, mostReaders);
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
    }

    /// <summary>A small database beside that of the facts, with few connections.</summary>
    internal static Database Apart(Apart.ApartOptions apart) =>
        new(
            new StorageOptions { Postgres = apart.Postgres, Readers = 4, PostgresLanes = 1 }, apart.File,
            pool: "vagus-" + Path.GetFileNameWithoutExtension(apart.File));

    /// <summary>Of SQLite: connections that read, idle ones too.</summary>
    internal int OpenReaders => Volatile.Read(ref openReaders);

    public Engine Engine => postgres is null ? Engine.Sqlite : Engine.Postgres;

    /// <summary>
    /// Tells readers of a commit, before it is acknowledged. <paramref name="onlyLeaves"/>: nothing but the leaf log's tables was written.
    /// </summary>
    internal void Committed(bool onlyLeaves) => snapshots?.Committed(onlyLeaves);

    /// <summary>Called by the lane after a commit that was told.</summary>
    internal void Watch(SqlSession writer)
    {
        if (writer is SqliteSession sqlite) snapshots?.Watch(sqlite);
    }

    /// <summary>How the names of the leaf log's tables begin.</summary>
    internal void SetLeafTables(string prefix)
    {
        if (snapshots is not null) snapshots.LeafTables = prefix;
    }

    /// <summary>
    /// Runs one query on a pooled read connection. Throws <see cref="DatabaseUnreachableException"/> when that is refused or lost.
    /// </summary>
    public async ValueTask<List<T>> Query<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        await readers.WaitAsync(cancel);
        try
        {
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
    /// Runs queries that see one moment of the database: what commits meanwhile is in none of them. They name no leaf log's table, and
    /// nothing else is waited for between them.
    /// </summary>
    public async ValueTask<T> InSnapshot<T>(Func<IRunQueries, ValueTask<T>> work, CancellationToken cancel)
    {
        await readers.WaitAsync(cancel);
        try
        {
            return snapshots is null ? await InTransaction(work, cancel) : await InHeldSnapshot(snapshots, work, cancel);
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

    internal async ValueTask<SqlSession> OpenWriter(CancellationToken cancel) =>
        postgres is null
            ? SqliteSession.Open(sqliteFile!, readOnly: false) : new PostgresSession(await postgres.OpenConnectionAsync(cancel));

    /// <summary>A connection of its own for <c>COPY</c>.</summary>
    internal async ValueTask<NpgsqlConnection> OpenPostgres(CancellationToken cancel) =>
        postgres is null ? throw new InvalidOperationException("The engine is SQLite.") : await postgres.OpenConnectionAsync(cancel);

    /// <summary>Copies the database as it is at one moment into a new file, while others write.</summary>
    internal void CopySqlite(string file)
    {
        OwnerOnly.Guard(file);
        SqliteSession.Copy(sqliteFile ?? throw new InvalidOperationException("The engine is PostgreSQL."), file);
    }

    /// <summary>A connection of its own for <c>LISTEN</c>; null on SQLite, where one process owns the file.</summary>
    internal async ValueTask<NpgsqlConnection?> OpenListener(CancellationToken cancel) =>
        postgres is null ? null : await postgres.OpenConnectionAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        while (idle.TryTake(out var session)) await session.DisposeAsync();
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
                while (idle.TryTake(out var stale)) await stale.DisposeAsync();
                postgres?.Clear();
            }
        }

        return await QueryOn(await OpenReader(cancel), statement, values, row, cancel);
    }

    private async ValueTask<List<T>> QueryOn<T>(
        SqlSession session, Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        if (snapshots is not null) return await QueryOn(snapshots, (SqliteSession)session, statement, values, row, cancel);
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

    private async ValueTask<List<T>> QueryOn<T>(
        ReadSnapshots shared, SqliteSession reader, Statement statement, object?[] values, Func<DbDataReader, T> row,
        CancellationToken cancel)
    {
        var done = false;
        try
        {
            shared.Begin(reader, statement);
            var rows = await reader.Query(statement, values, row, cancel);
            done = true;
            return rows;
        }
        finally
        {
            await Return(shared, reader, done);
        }
    }

    private async ValueTask<T> InHeldSnapshot<T>(ReadSnapshots shared, Func<IRunQueries, ValueTask<T>> work, CancellationToken cancel)
    {
        var reader = (SqliteSession)(idle.TryTake(out var pooled) ? pooled : await OpenReader(cancel));
        var done = false;
        try
        {
            shared.Begin(reader, AnyQuery);
            var result = await work(new SessionQueries(reader));
            done = true;
            return result;
        }
        finally
        {
            await Return(shared, reader, done);
        }
    }

    private async ValueTask<T> InTransaction<T>(Func<IRunQueries, ValueTask<T>> work, CancellationToken cancel)
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

    /// <summary>Of PostgreSQL. A pooled connection may have been lost since it was last used: then it begins on a new one.</summary>
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
                postgres?.Clear();
            }
        }

        return await Begun(await OpenReader(cancel), cancel);
    }

    private static async ValueTask<SqlSession> Begun(SqlSession session, CancellationToken cancel)
    {
        try
        {
            await session.Run(ReadAtOneMoment, cancel);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private async ValueTask Return(ReadSnapshots shared, SqliteSession reader, bool done)
    {
        try
        {
            // The transaction of a reader whose query failed may have ended: it is not used again. Readers that were opened while a sweep
            // had the idle ones are closed again.
            if (!done || Volatile.Read(ref openReaders) > mostReaders)
            {
                await Close(reader);
                return;
            }

            shared.Rest(reader);
            idle.Add(reader);
        }
        finally
        {
            if (shared.End()) await DropSnapshots(shared);
        }
    }

    private async ValueTask DropSnapshots(ReadSnapshots shared)
    {
        var dropped = new List<SqliteSession>();
        while (shared.AnyHeld && idle.TryTake(out var session))
        {
            var reader = (SqliteSession)session;
            try
            {
                shared.Drop(reader);
                dropped.Add(reader);
            }
            catch (SqliteException)
            {
                await Close(reader);
            }
        }

        foreach (var reader in dropped) idle.Add(reader);
    }

    private ValueTask Close(SqliteSession reader)
    {
        Interlocked.Decrement(ref openReaders);
        return reader.DisposeAsync();
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

    private async ValueTask<SqlSession> OpenReader(CancellationToken cancel)
    {
        if (postgres is not null) return new PostgresSession(await postgres.OpenConnectionAsync(cancel));
        var reader = SqliteSession.Open(sqliteFile!, readOnly: true);
        Interlocked.Increment(ref openReaders);
        return reader;
    }
}
