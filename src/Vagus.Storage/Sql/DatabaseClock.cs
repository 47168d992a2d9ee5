namespace Vagus.Storage.Sql;

/// <summary>The clock of PostgreSQL, which all nodes of an installation see alike.</summary>
public static class DatabaseClock
{
    /// <summary>
    /// By so much the machine's clock is ahead of PostgreSQL's at least: the answer is of an instant between the question and its arrival,
    /// which may be long under load. Zero on SQLite, which has no clock.
    /// </summary>
    public static async ValueTask<TimeSpan> Ahead(Database database, TimeProvider clock, CancellationToken cancel)
    {
        if (database.Engine == Engine.Sqlite) return TimeSpan.Zero;
        var asked = clock.GetUtcNow();
        var there = Instant.FromMicroseconds(await database.QueryOne(AskTime, [], row => row.GetInt64(0), cancel));
        var answered = clock.GetUtcNow();
        return there < asked ? asked - there : there > answered ? answered - there : TimeSpan.Zero;
    }

    private static readonly Statement AskTime = new(
        sqlite: "select 0", postgres: "select (extract(epoch from clock_timestamp()) * 1000000)::bigint");
}
