using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Storage.Retention;

/// <summary>
/// Removes events that are older than the retention, from the oldest on, in small writes that hold the lane briefly. The head row remembers
/// the oldest position left: a cursor before it gets a gap, never silence. An event that a durable consumer has
/// not read yet, or that is parked, stays. A consumer that has read nothing of a tenant, and has read another's log or runs in this
/// installation, keeps all of it.
/// </summary>
public sealed partial class RetentionSweep(
    Database database, GroupCommit commit, IEnumerable<LogConsumer> consumers, StorageOptions options, TimeProvider clock,
    ILogger<RetentionSweep> logger) : BackgroundService
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
        var readers = await Readers(cancel);
        foreach (var tenant in tenants) removed += await Sweep(tenant, before, readers, cancel);
        return removed;
    }

    /// <summary>
    /// The consumers that read every tenant's log: of those that were installed here, which has a lease, those with a cursor and those of
    /// this process. A tenant that came from another installation brings the cursors of consumers that this one may not have.
    /// </summary>
    private async ValueTask<HashSet<string>> Readers(CancellationToken cancel)
    {
        var known = (await database.Query(WithCursor, [], row => row.GetString(0), cancel)).ToHashSet(StringComparer.Ordinal);
        known.UnionWith(consumers.Select(consumer => consumer.Name));
        known.IntersectWith(await database.Query(Installed, [], row => row.GetString(0), cancel));
        return known;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Recurring.Run(options.SweepInterval, clock, Turn, cause => Log.Failed(logger, FailureName.Of(cause)), stoppingToken);

    private async ValueTask Turn(CancellationToken cancel)
    {
        var removed = await SweepOnce(cancel);
        if (removed > 0) Log.Swept(logger, removed);
    }

    private async Task<long> Sweep(TenantId tenant, long before, HashSet<string> readers, CancellationToken cancel)
    {
        var total = 0L;
        while (true)
        {
            var outcome = await commit.Write<long>(tenant, async (write, stop) => await RemoveSome(write, before, readers, stop), cancel);
            if (outcome.IsRefused || outcome.Value == 0) return total;
            total += outcome.Value;
            Interlocked.Add(ref removedSoFar, outcome.Value);
        }
    }

    private static async ValueTask<long> RemoveSome(
        WriteTransaction write, long before, HashSet<string> readers, CancellationToken cancel)
    {
        var begun = await write.Query(Begun, [write.Tenant.Value], row => row.GetString(0), cancel);
        if (!readers.IsSubsetOf(begun)) return 0;
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

    private static readonly Statement WithCursor = new("""
        select distinct consumer
        from log_cursor
        order by consumer
        """);

    private static readonly Statement Installed = new("""
        select consumer
        from consumer_lease
        order by consumer
        """);

    private static readonly Statement Begun = new("""
        select consumer
        from log_cursor
        where tenant_id = @tenant_id
        order by consumer
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
          select min(position) + 1
          from log_cursor
          where tenant_id = @tenant_id
            and consumer in (select consumer from consumer_lease)
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
