using System.Data.Common;
using Vagus.Storage.Apart;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Storage.Moving;

/// <summary>One database of a move, of the facts or of the keys: reads that see what is committed, and transactions.</summary>
internal abstract class MoveSide : IAsyncDisposable
{
    public static MoveSide Of(Database database) => new Facts(database);

    public static MoveSide Of(ApartDatabase keys) => new Keys(keys);

    public abstract ValueTask<List<T>> Query<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel);

    /// <summary>A transaction; an exception undoes it.</summary>
    /// <param name="work">What it does.</param>
    /// <param name="alone">No group of writes runs beside it: it changes which tenants are stopped.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public abstract ValueTask<T> Write<T>(Func<SqlSession, ValueTask<T>> work, bool alone, CancellationToken cancel);

    public abstract ValueTask DisposeAsync();

    /// <summary>One connection: those that are pooled may see what was committed a moment ago.</summary>
    private sealed class Facts(Database database) : MoveSide
    {
        private SqlSession? opened;

        public override async ValueTask<List<T>> Query<T>(
            Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel) =>
            await (await Session(cancel)).Query(statement, values, row, cancel);

        public override async ValueTask<T> Write<T>(Func<SqlSession, ValueTask<T>> work, bool alone, CancellationToken cancel)
        {
            var session = await Session(cancel);
            await session.Run(session.Engine == Engine.Sqlite ? "begin immediate" : "begin isolation level read committed", cancel);
            try
            {
                await StopRows.Hold(session, alone, cancel);
                var answer = await work(session);
                await session.Run("commit", CancellationToken.None);
                return answer;
            }
            catch
            {
                // The engine rolls back what its connection leaves.
                opened = null;
                await session.DisposeAsync();
                throw;
            }
        }

        public override async ValueTask DisposeAsync()
        {
            if (opened is not null) await opened.DisposeAsync();
        }

        private async ValueTask<SqlSession> Session(CancellationToken cancel) => opened ??= await database.OpenWriter(cancel);
    }

    private sealed class Keys(ApartDatabase keys) : MoveSide
    {
        public override ValueTask<List<T>> Query<T>(
            Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel) =>
            keys.Query(statement, values, row, cancel);

        public override ValueTask<T> Write<T>(Func<SqlSession, ValueTask<T>> work, bool alone, CancellationToken cancel) =>
            keys.Write((session, _) => work(session), cancel);

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
