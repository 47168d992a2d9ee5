using Microsoft.Extensions.Logging;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Migrations;

/// <summary>
/// Brings the schema up to date before anything else runs. The steps that are missing commit together, each with its record, so that a
/// failure leaves the schema as it was; only a step with parts commits what stands before it, and each of its parts, by itself. Two
/// processes that start together are safe: the second waits and finds the steps done.
/// </summary>
public sealed partial class Migrator(
    Database database, IEnumerable<Migration> migrations, TimeProvider clock, ILogger<Migrator>? logger = null)
{
    private readonly Migration[] steps = [.. migrations.OrderBy(step => step.Number)];

    /// <summary>Answers how many steps were applied. Throws when a recorded step differs from the one in this program.</summary>
    public async Task<int> Run(CancellationToken cancel)
    {
        var twice = steps.GroupBy(step => step.Number).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null) throw new InvalidOperationException($"Two migrations have the number {twice.Key}.");
        await using var session = await database.OpenWriter(cancel);
        await Begin(session, cancel);
        await session.Run(RecordTable, cancel);
        var known = await ReadRecorded(session, cancel);
        var count = 0;
        foreach (var step in steps)
        {
            if (IsApplied(step, known)) continue;
            if (step.Part is { } part)
            {
                await MoveParts(session, step, part, cancel);
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

    private static async ValueTask Begin(SqlSession session, CancellationToken cancel) => await session.Run(
        session.Engine == Engine.Postgres ? "begin; select pg_advisory_xact_lock(7246832)" : "begin immediate", cancel);

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
    /// Begins and ends within a transaction: the steps before are committed first, the last, empty part goes on into the script.
    /// </summary>
    private async ValueTask MoveParts(
        SqlSession session, Migration step, Func<MigrationPart, CancellationToken, ValueTask<long>> move, CancellationToken cancel)
    {
        var total = 0L;
        while (true)
        {
            await session.Run("commit", cancel);
            await Begin(session, cancel);
            if (IsApplied(step, await ReadRecorded(session, cancel))) return;
            var part = new MigrationPart(session, clock.GetUtcNow());
            var moved = await move(part, cancel);
            await part.Complete(cancel);
            if (moved == 0) return;
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
    }
}
