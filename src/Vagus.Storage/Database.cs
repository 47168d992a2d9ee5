using System.Collections.Concurrent;
using System.Data.Common;
using Npgsql;
using Vagus.Storage.Sql;

namespace Vagus.Storage;

/// <summary>The door for reading, and the maker of connections. Writing goes through <see cref="Writing.GroupCommit"/> only.</summary>
public sealed class Database : IRunQueries, IAsyncDisposable
{
    private readonly ConcurrentBag<SqlSession> idle = [];
    private readonly SemaphoreSlim readers;
    private readonly string? sqliteFile;
    private readonly NpgsqlDataSource? postgres;

    public Database(StorageOptions options)
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
                ApplicationName = "vagus",
            };
            var source = new NpgsqlDataSourceBuilder(builder.ToString());
            source.UsePhysicalConnectionInitializer(LookUpByIndex, LookUpByIndexAsync);
            postgres = source.Build();
            return;
        }

        OwnerOnly.CreateFolder(options.DataFolder);
        sqliteFile = Path.Combine(options.DataFolder, "vagus.db");
        OwnerOnly.Guard(sqliteFile);
    }

    public Engine Engine => postgres is null ? Engine.Sqlite : Engine.Postgres;

    /// <summary>Runs one query on a pooled read connection.</summary>
    public async ValueTask<List<T>> Query<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        await readers.WaitAsync(cancel);
        SqlSession? session = null;
        try
        {
            session = idle.TryTake(out var pooled) ? pooled : await OpenReader(cancel);
            return await session.Query(statement, values, row, cancel);
        }
        finally
        {
            await Return(session);
            readers.Release();
        }
    }

    /// <summary>Runs a query of at most one row; default when there is none.</summary>
    public async ValueTask<T?> QueryOne<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        var rows = await Query(statement, values, row, cancel);
        return rows.Count == 0 ? default : rows[0];
    }

    internal async ValueTask<SqlSession> OpenWriter(CancellationToken cancel) =>
        postgres is null
            ? SqliteSession.Open(sqliteFile!, readOnly: false) : new PostgresSession(await postgres.OpenConnectionAsync(cancel));

    /// <summary>A connection of its own for <c>LISTEN</c>; null on SQLite, where one process owns the file.</summary>
    internal async ValueTask<NpgsqlConnection?> OpenListener(CancellationToken cancel) =>
        postgres is null ? null : await postgres.OpenConnectionAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        while (idle.TryTake(out var session)) await session.DisposeAsync();
        if (postgres is not null) await postgres.DisposeAsync();
        readers.Dispose();
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

    // All statements look rows up by an index. A plan that was made while a table was small or not analysed yet stays with the connection,
    // so that one which reads a table from end to end would go on doing so when the table has grown.
    private const string ByIndex =
        "set enable_seqscan = off; set enable_bitmapscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off";

    private async ValueTask<SqlSession> OpenReader(CancellationToken cancel) =>
        postgres is null
            ? SqliteSession.Open(sqliteFile!, readOnly: true) : new PostgresSession(await postgres.OpenConnectionAsync(cancel));

    private async ValueTask Return(SqlSession? session)
    {
        if (session is null) return;
        if (session.Usable) idle.Add(session);
        else await session.DisposeAsync();
    }
}
