using System.Data.Common;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Apart;

/// <summary>
/// A small database apart from that of the facts, with migrations of its own: a dump or a copy of the facts does not hold it. Opened and
/// migrated by its first use. One write at a time in this process; other processes wait by the engine's own locks.
/// </summary>
public sealed class ApartDatabase(ApartOptions options, IEnumerable<Migration> migrations, TimeProvider clock) : IAsyncDisposable
{
    private readonly SemaphoreSlim opening = new(1, 1);
    private readonly SemaphoreSlim writing = new(1, 1);
    private Database? opened;
    private SqlSession? writer;

    /// <summary>Runs one query. Throws <see cref="DatabaseUnreachableException"/> when the connection is refused or lost.</summary>
    public async ValueTask<List<T>> Query<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel) =>
        await (await Open(cancel)).Query(statement, values, row, cancel);

    /// <summary>Runs a query of at most one row; default when there is none.</summary>
    public async ValueTask<T?> QueryOne<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel) =>
        await (await Open(cancel)).QueryOne(statement, values, row, cancel);

    /// <summary>
    /// Runs the work in a transaction and answers after the commit; an exception undoes it. The work waits for nothing but its own
    /// statements: others wait behind it.
    /// </summary>
    public async ValueTask<T> Write<T>(Func<SqlSession, CancellationToken, ValueTask<T>> work, CancellationToken cancel)
    {
        var database = await Open(cancel);
        await writing.WaitAsync(cancel);
        try
        {
            return await InTransaction(await Writer(database, cancel), work, cancel);
        }
        catch (Exception cause) when (LostConnection.Is(cause))
        {
            await DropWriter();
            throw new DatabaseUnreachableException(LostConnection.CodeOf(cause), cause);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>
    /// Rewrites the file so that deleted rows are in it no more. On PostgreSQL old rows leave the tables, but not its log and its backups.
    /// </summary>
    public async ValueTask Erase(CancellationToken cancel)
    {
        var database = await Open(cancel);
        await writing.WaitAsync(cancel);
        try
        {
            var session = await Writer(database, cancel);
            await session.Run(session.Engine == Engine.Sqlite ? EraseSqlite : "vacuum", cancel);
        }
        finally
        {
            writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await DropWriter();
        if (opened is not null) await opened.DisposeAsync();
        opening.Dispose();
        writing.Dispose();
    }

    private async ValueTask<Database> Open(CancellationToken cancel)
    {
        if (Volatile.Read(ref opened) is { } open) return open;
        await opening.WaitAsync(cancel);
        try
        {
            if (opened is not null) return opened;
            if (options is { Postgres: { } postgres, MadeFrom: { } from }) await PostgresDatabases.Make(postgres, from, cancel);
            return await OpenMigrated(cancel);
        }
        catch (Exception cause) when (LostConnection.Is(cause))
        {
            throw new DatabaseUnreachableException(LostConnection.CodeOf(cause), cause);
        }
        finally
        {
            opening.Release();
        }
    }

    private async ValueTask<Database> OpenMigrated(CancellationToken cancel)
    {
        var fresh = Database.Apart(options);
        try
        {
            await new Migrator(fresh, [.. migrations, .. ApartMigrations.All], clock).Run(cancel);
        }
        catch
        {
            await fresh.DisposeAsync();
            throw;
        }

        Volatile.Write(ref opened, fresh);
        return fresh;
    }

    private async ValueTask<SqlSession> Writer(Database database, CancellationToken cancel)
    {
        if (writer is { Usable: true } usable) return usable;
        await DropWriter();
        writer = await database.OpenWriter(cancel);
        // What is deleted or replaced is overwritten with zeros.
        if (writer.Engine == Engine.Sqlite) await writer.Run("pragma secure_delete = on", cancel);
        return writer;
    }

    private async ValueTask DropWriter()
    {
        if (writer is not null) await writer.DisposeAsync();
        writer = null;
    }

    private async ValueTask<T> InTransaction<T>(
        SqlSession session, Func<SqlSession, CancellationToken, ValueTask<T>> work, CancellationToken cancel)
    {
        await session.Run(session.Engine == Engine.Sqlite ? "begin immediate" : "begin", cancel);
        try
        {
            var answer = await work(session, cancel);
            await session.Run("commit", CancellationToken.None);
            return answer;
        }
        catch
        {
            await RollBack(session);
            throw;
        }
    }

    // A session that cannot roll back is thrown away, and the engine rolls back; the first exception is the one that is told.
    private async ValueTask RollBack(SqlSession session)
    {
        try
        {
            await session.Run("rollback", CancellationToken.None);
        }
        catch (DbException)
        {
            await DropWriter();
        }
    }

    private const string EraseSqlite = """
        vacuum;
        pragma wal_checkpoint(truncate);
        """;
}
