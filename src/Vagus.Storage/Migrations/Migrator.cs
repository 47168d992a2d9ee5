using Microsoft.Extensions.Logging;
using Npgsql;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Migrations;

/// <summary>
/// Brings the schema up to date before anything else runs. The steps that are missing commit together, each with its record, so that a
/// failure leaves the schema as it was; only a step with parts commits what stands before it, and each of its parts, by itself. Two
/// processes that start together are safe: the second waits and finds the steps done. A step that PostgreSQL keeps waiting for a table
/// gives it up and tries again later: all readers of the table would wait behind it.
/// </summary>
public sealed partial class Migrator(
    Database database, IEnumerable<Migration> migrations, TimeProvider clock, ILogger<Migrator>? logger = null)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private readonly Migration[] steps = [.. migrations.OrderBy(step => step.Number)];

    /// <summary>Answers how many steps were applied. Throws when a recorded step differs from the one in this program.</summary>
    public async Task<int> Run(CancellationToken cancel)
    {
        var twice = steps.GroupBy(step => step.Number).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null) throw new InvalidOperationException($"Two migrations have the number {twice.Key}.");
        for (var pause = FirstPause; ; pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks)))
        {
            if (await TryRun(cancel) is { } count) return count;
            await Task.Delay(pause, clock, cancel);
        }
    }

    /// <summary>Null where another session holds what a step needs: nothing was applied but what had been committed before.</summary>
    private async ValueTask<int?> TryRun(CancellationToken cancel)
    {
        await using var session = await database.OpenMigrator(cancel);
        try
        {
            return await Apply(session, cancel);
        }
        catch (PostgresException held) when (held.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            await session.Run("rollback", cancel);
            if (logger is not null) Log.Waits(logger, "another session uses a table");
            return null;
        }
    }

    private async ValueTask<int?> Apply(SqlSession session, CancellationToken cancel)
    {
        await Begin(session, cancel);
        await session.Run(RecordTable, cancel);
        var known = await ReadRecorded(session, cancel);
        var count = 0;
        foreach (var step in steps)
        {
            if (IsApplied(step, known)) continue;
            if (!await SchemaLock.TryChange(session, cancel)) return await WaitForBackup(session, cancel);
            if (step.Part is { } part)
            {
                if (!await MoveParts(session, step, part, cancel)) return await WaitForBackup(session, cancel);
                // Another process may have moved the rest and recorded the step while the lock was free between two parts.
                known = await ReadRecorded(session, cancel);
                if (IsApplied(step, known)) continue;
            }

            await session.Run(session.Engine == Engine.Postgres ? step.PostgresScript ?? step.Script : step.Script, cancel);
            await session.Execute(Record, [(long)step.Number, step.Name, step.Hash, clock.GetUtcNow().ToMicroseconds()], cancel);
            count++;
        }

        await session.Run("commit", cancel);
        return count;
    }

    private async ValueTask<int?> WaitForBackup(SqlSession session, CancellationToken cancel)
    {
        await session.Run("rollback", cancel);
        if (logger is not null) Log.Waits(logger, "a backup is being taken");
        return null;
    }

    // Another process that migrates is waited for; a table only so long that those who queue behind do not notice.
    private static async ValueTask Begin(SqlSession session, CancellationToken cancel) => await session.Run(
        session.Engine == Engine.Postgres
            ? "begin; set local statement_timeout = 0; select pg_advisory_xact_lock(7246832); set local lock_timeout = '2s'"
            : "begin immediate",
        cancel);

    private static async ValueTask<Dictionary<long, string>> ReadRecorded(SqlSession session, CancellationToken cancel)
    {
        var applied = await session.Query(Recorded, [], row => (Number: row.GetInt64(0), Hash: row.GetString(1)), cancel);
        return applied.ToDictionary(row => row.Number, row => row.Hash);
    }

    private static bool IsApplied(Migration step, Dictionary<long, string> known)
    {
        if (!known.TryGetValue(step.Number, out var hash)) return false;
        return hash == step.Hash
            ? true
            : throw new InvalidOperationException($"Migration {step.Number} ({step.Name}) was changed after it was applied to this database.");
    }

    /// <summary>
    /// Begins and ends within a transaction: the steps before are committed first, the last, empty part goes on into the script. False
    /// where a backup has begun between two parts.
    /// </summary>
    private async ValueTask<bool> MoveParts(
        SqlSession session, Migration step, Func<MigrationPart, CancellationToken, ValueTask<long>> move, CancellationToken cancel)
    {
        var total = 0L;
        while (true)
        {
            await session.Run("commit", cancel);
            await Begin(session, cancel);
            if (IsApplied(step, await ReadRecorded(session, cancel))) return true;
            if (!await SchemaLock.TryChange(session, cancel)) return false;
            var part = new MigrationPart(session, clock.GetUtcNow());
            var moved = await move(part, cancel);
            await part.Complete(cancel);
            if (moved == 0) return true;
            total += moved;
            if (logger is not null) Log.Moved(logger, step.Number, step.Name, total);
        }
    }

    internal const string RecordTable = """
        create table if not exists schema_migration (
          number bigint primary key,
          name text not null,
          hash text not null,
          applied_at bigint not null
        )
        """;

    private static readonly Statement Recorded = new("""
        select number, hash
        from schema_migration
        order by number
        """);

    private static readonly Statement Record = new("""
        insert into schema_migration (number, name, hash, applied_at)
        values (@number, @name, @hash, @applied_at)
        """);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Migration {Number} ({Name}) has moved {Rows} rows")]
        public static partial void Moved(ILogger logger, int number, string name, long rows);

        [LoggerMessage(2, LogLevel.Warning, "The migration waits: {Cause}. What it had begun is taken back, and it tries again")]
        public static partial void Waits(ILogger logger, string cause);
    }
}
