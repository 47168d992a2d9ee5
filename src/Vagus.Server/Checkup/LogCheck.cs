using System.Runtime.CompilerServices;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Server.Checkup;

/// <summary>The logs of all tenants: their times, their retention, and how far the durable consumers are.</summary>
internal static class LogCheck
{
    private const long LargeLag = 1_000;
    private static readonly TimeSpan Late = TimeSpan.FromDays(1);

    public static async IAsyncEnumerable<Finding> Look(
        Database database, TimeSpan retention, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancel)
    {
        yield return await Times(database, retention, now, cancel);
        yield return await Lag(database, cancel);
        if (await DatabaseCheck.HasTable(database, "parked_event", cancel)) yield return await Parked(database, cancel);
    }

    private static async ValueTask<Finding> Times(Database database, TimeSpan retention, DateTimeOffset now, CancellationToken cancel)
    {
        const string Subject = "log";
        var (tenants, count, first, last) = await database.QueryOne(
            AskLog, [], row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), cancel);
        if (count == 0) return Finding.Ok(Subject, "empty");

        var (oldest, newest) = (Instant.FromMicroseconds(first), Instant.FromMicroseconds(last));
        var found = $"{count} events of {tenants} tenants since {oldest:yyyy-MM-dd}";
        if (newest > now.AddMinutes(1))
            return Finding.Fail(Subject, $"{found}; the newest is of {newest:u}, in the future", "Set this machine's clock (NTP).");
        return now - oldest > retention + Late
            ? Finding.Warn(
                Subject,
                $"{found}, though they are kept for {retention.TotalDays:0} days",
                "A durable consumer holds them back (see consumers), or the retention sweep fails (see the server's log).")
            : Finding.Ok(Subject, found);
    }

    private static async ValueTask<Finding> Lag(Database database, CancellationToken cancel)
    {
        const string Subject = "consumers";
        var behind = await database.Query(
            AskLag, [], row => (Consumer: row.GetString(0), Tenants: row.GetInt64(1), Lag: row.GetInt64(2)), cancel);
        if (behind.Count == 0) return Finding.Ok(Subject, "none");

        var found = string.Join(", ", behind.Select(each => $"{each.Consumer} is {each.Lag} events behind"));
        return behind.Exists(each => each.Lag > LargeLag)
            ? Finding.Warn(Subject, found, "Run doctor again in a minute: if the number grows, read the server's log for this consumer.")
            : Finding.Ok(Subject, found);
    }

    private static async ValueTask<Finding> Parked(Database database, CancellationToken cancel)
    {
        var parked = await database.QueryOne(AskParked, [], row => row.GetInt64(0), cancel);
        return parked == 0
            ? Finding.Ok("parked events", "none")
            : Finding.Warn("parked events", $"{parked} could not be consumed", "vagus consumers parked lists them with their errors; retry or drop each.");
    }

    private static readonly Statement AskLog = new("""
        select count(distinct tenant_id), count(*), coalesce(min(occurred_at), 0), coalesce(max(occurred_at), 0)
        from event
        """);

    private static readonly Statement AskLag = new("""
        select log_cursor.consumer, count(*), max(log_head.position - log_cursor.position)
        from log_cursor
        join log_head on log_head.tenant_id = log_cursor.tenant_id
        group by log_cursor.consumer
        order by log_cursor.consumer
        """);

    private static readonly Statement AskParked = new("select count(*) from parked_event");
}
