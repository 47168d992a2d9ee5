using Vagus.Storage.Sql;

namespace Vagus.Storage.Backups;

/// <summary>
/// Lets the restored logs go on behind every position that was ever given out. Clients hold positions of events that went with the old
/// database: were they given out again, a client would take another event for the one that it has seen.
/// </summary>
internal static class LogFloor
{
    /// <summary>Positions that are left out at least; counts only where the clock was set back.</summary>
    private const long LeastStep = 1_000_000;

    /// <summary>
    /// The microseconds since 2026. Greater than all positions that were given out before: no log grows by a million events in each second.
    /// The numbers stay below 2^53, up to which JavaScript counts exactly, until 2311, and below 2^47, which SQLite stores in six bytes,
    /// until 2030.
    /// </summary>
    public static long At(DateTimeOffset restoredAt) =>
        (restoredAt - new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).Ticks / TimeSpan.TicksPerMicrosecond;

    public static async ValueTask Raise(SqlSession session, DateTimeOffset restoredAt, CancellationToken cancel)
    {
        var highest = await session.QueryOne(ReadHighest, [], row => row.GetInt64(0), cancel);
        var floor = Math.Max(highest + LeastStep, At(restoredAt));
        await session.Execute(Keep, [floor, restoredAt.ToMicroseconds()], cancel);
        await session.Execute(MoveHeads, [floor], cancel);
    }

    private static readonly Statement ReadHighest = new("""
        select coalesce(max(position), 0)
        from (
          select max(position) as position from log_head
          union all
          select max(position) from log_floor
        ) as used
        """);

    private static readonly Statement Keep = new("insert into log_floor (position, restored_at) values (@position, @restored_at)");

    private static readonly Statement MoveHeads = new("update log_head set position = @position");
}
