using Vagus.Storage.Sql;

namespace Vagus.Storage.Migrations;

/// <summary>
/// Brings the schema up to date before anything else runs. Each step commits with its record. Two processes that start together are safe:
/// the second waits and finds the steps done.
/// </summary>
public sealed class Migrator(Database database, IEnumerable<Migration> migrations, TimeProvider clock)
{
    private readonly Migration[] steps = [.. migrations.OrderBy(step => step.Number)];

    /// <summary>Answers how many steps were applied. Throws when a recorded step differs from the one in this program.</summary>
    public async Task<int> Run(CancellationToken cancel)
    {
        var twice = steps.GroupBy(step => step.Number).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null) throw new InvalidOperationException($"Two migrations have the number {twice.Key}.");
        await using var session = await database.OpenWriter(cancel);
        var postgres = session.Engine == Engine.Postgres;
        await session.Run(postgres ? "begin; select pg_advisory_xact_lock(7246832)" : "begin immediate", cancel);
        await session.Run(RecordTable, cancel);
        var applied = await session.Query(Recorded, [], row => (Number: row.GetInt64(0), Hash: row.GetString(1)), cancel);
        var known = applied.ToDictionary(row => row.Number, row => row.Hash);
        var count = 0;
        foreach (var step in steps)
        {
            if (known.TryGetValue(step.Number, out var hash))
            {
                if (hash != step.Hash)
                    throw new InvalidOperationException(
                        $"Migration {step.Number} ({step.Name}) was changed after it was applied to this database.");
                continue;
            }

            await session.Run(postgres ? step.PostgresScript ?? step.Script : step.Script, cancel);
            await session.Execute(Record, [(long)step.Number, step.Name, step.Hash, clock.GetUtcNow().ToMicroseconds()], cancel);
            count++;
        }

        await session.Run("commit", cancel);
        return count;
    }

    private const string RecordTable = """
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
}
