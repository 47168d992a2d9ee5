using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Storage.Retention;

/// <summary>
/// Removes events that are older than the retention, from the oldest on, in small writes that hold the lane briefly. The head row remembers
/// the oldest position left: a cursor before it gets a gap, never silence. An event that a durable consumer has
/// not read yet, or that is parked, stays.
/// </summary>
public sealed partial class RetentionSweep(
    Database database, GroupCommit commit, StorageOptions options, TimeProvider clock, ILogger<RetentionSweep> logger) : BackgroundService
{
    private const long EventsPerWrite = 1000;
    private long removedSoFar;

    /// <summary>Events removed since the start of the process.</summary>
    internal long Removed => Volatile.Read(ref removedSoFar);

    /// <summary>One pass over all tenants. Answers how many events went.</summary>
    public async Task<long> SweepOnce(CancellationToken cancel)
    {
        var removed = 0L;
        var before = (clock.GetUtcNow() - options.EventRetention).ToMicroseconds();
        var tenants = await database.Query(Tenants, [], row => new TenantId(row.GetString(0)), cancel);
        foreach (var tenant in tenants) removed += await Sweep(tenant, before, cancel);
        return removed;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Recurring.Run(options.SweepInterval, clock, Turn, cause => Log.Failed(logger, FailureName.Of(cause)), stoppingToken);

    private async ValueTask Turn(CancellationToken cancel)
    {
        var removed = await SweepOnce(cancel);
        if (removed > 0) Log.Swept(logger, removed);
    }

    private async Task<long> Sweep(TenantId tenant, long before, CancellationToken cancel)
    {
        var total = 0L;
        while (true)
        {
            var outcome = await commit.Write<long>(tenant, async (write, stop) => await RemoveSome(write, before, stop), cancel);
            if (outcome.IsRefused || outcome.Value == 0) return total;
            total += outcome.Value;
            Interlocked.Add(ref removedSoFar, outcome.Value);
        }
    }

    private static async ValueTask<long> RemoveSome(WriteTransaction write, long before, CancellationToken cancel)
    {
        var next = await write.NextPosition(cancel);
        var oldest = await write.QueryOne(FirstToKeep, [write.Tenant.Value, before, EventsPerWrite, next], row => row.GetInt64(0), cancel);
        var removed = await write.Execute(Remove, [write.Tenant.Value, oldest], cancel);
        if (removed > 0) await write.Queue(MoveOldest, [oldest, write.Tenant.Value], cancel);
        return removed;
    }

    private static readonly Statement Tenants = new("""
        select tenant_id
        from log_head
        order by tenant_id
        """);

    // The first event that is young enough, or not read by every consumer, or parked, or beyond this write's share.
    private static readonly Statement FirstToKeep = new("""
        select min(position)
        from (
          select min(position) as position
          from event
          where tenant_id = @tenant_id
            and position >= (select oldest from log_head where tenant_id = @tenant_id)
            and occurred_at >= @before
          union all
          -- Counted from the first event: positions that a restore left out are no share.
          select min(position) + @share from event where tenant_id = @tenant_id
          union all
          select @next
          union all
          select min(position) + 1 from log_cursor where tenant_id = @tenant_id
          union all
          select min(position) from parked_event where tenant_id = @tenant_id
        ) as candidates
        """);

    private static readonly Statement Remove = new("""
        delete from event
        where tenant_id = @tenant_id
          and position < @oldest
        """);

    private static readonly Statement MoveOldest = new("""
        update log_head
        set oldest = @oldest
        where tenant_id = @tenant_id
        """);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Retention removed {Count} events")]
        public static partial void Swept(ILogger logger, long count);

        [LoggerMessage(2, LogLevel.Error, "The retention sweep failed ({Cause}) and is tried again")]
        public static partial void Failed(ILogger logger, string cause);
    }
}
