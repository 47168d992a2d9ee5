using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Storage.Consuming;

/// <summary>
/// Runs on this node the consumers and duties whose lease it has, and takes those that no living node has. The one timer and the one look
/// over all tenants for all consumers together.
/// </summary>
internal sealed partial class ConsumerHost(
    IEnumerable<LogConsumer> consumers, LeasedDuties duties, Leases leases, ConsumerTools tools, LogSignal signal,
    ILogger<ConsumerHost> logger)
    : BackgroundService
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);
    private readonly LogConsumer[] all = Distinct(consumers);
    private readonly string[] leased = [.. consumers.Select(consumer => consumer.Name), .. duties.Names];
    private readonly Dictionary<string, ConsumerRun> running = new(StringComparer.Ordinal);
    private volatile ConsumerRun[] listening = [];
    private volatile (string Consumer, long Lag)[] orphans = [];
    private long lookedOver;
    private bool isFailing;

    /// <summary>How far each consumer of this node is behind, and each that no living node has.</summary>
    private IEnumerable<(string Consumer, long Lag)> Lags
    {
        get
        {
            var own = listening;
            return own.Select(run => (run.Consumer.Name, run.Lag))
                .Concat(orphans.Where(each => !Array.Exists(own, run => run.Consumer.Name == each.Consumer)));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (leased.Length == 0) return;
        leases.Begin();
        tools.Meter.Lags = () => Lags;
        using var growth = signal.Observe((tenant, last) =>
        {
            foreach (var run in listening) run.GrewTo(tenant, last);
        });
        await Recurring.Run(tools.Options.Beat, tools.Clock, Turn, TellFailure, stoppingToken);
        await StopAll();
    }

    private async ValueTask Turn(CancellationToken cancel)
    {
        await leases.Beat(cancel);
        var rows = await leases.Read(leased, cancel);
        await duties.Reconcile(leases, rows, cancel);
        foreach (var consumer in all) await Reconcile(consumer, rows.Single(row => row.Consumer == consumer.Name), cancel);
        if (tools.Clock.GetElapsedTime(lookedOver) >= tools.Options.LookOver) await LookOver(rows, cancel);
        if (isFailing) Log.Recovered(logger);
        isFailing = false;
    }

    private async ValueTask Reconcile(LogConsumer consumer, LeaseRow row, CancellationToken cancel)
    {
        if (running.TryGetValue(consumer.Name, out var run))
        {
            if (leases.IsMine(row) && row.Epoch == run.Lease.Epoch) return;
            Log.Lost(logger, consumer.Name, run.Lease.Epoch);
            running.Remove(consumer.Name);
            Publish();
            run.Stop();
            return;
        }

        if (!leases.IsFree(row) || await leases.Take(row, cancel) is not { } lease) return;
        var cursors = await tools.Cursors.OfConsumer(consumer.Name, cancel);
        running[consumer.Name] = new ConsumerRun(consumer, lease, tools, cursors, lookAtLease: () => lookedOver = 0);
        Publish();
        lookedOver = 0;
        Log.Taken(logger, consumer.Name, lease.Epoch);
    }

    /// <summary>All tenants at once: signals that were missed, tenants that are new, cursors to store, events to try again.</summary>
    private async ValueTask LookOver(IReadOnlyList<LeaseRow> rows, CancellationToken cancel)
    {
        lookedOver = tools.Clock.GetTimestamp();
        tools.Pages.Forget();
        var heads = await tools.Cursors.Heads(cancel);
        orphans = [.. await Orphans(rows, heads, cancel)];
        foreach (var (tenant, last) in heads)
        {
            foreach (var run in listening) run.EndedAt(tenant, last);
        }

        foreach (var run in listening) run.StoreCursors();
        foreach (var parked in await tools.Parked.Wanted(cancel))
        {
            if (running.TryGetValue(parked.Consumer, out var run)) run.Retry(parked);
        }

        tools.Meter.Parked = await tools.Parked.Counts(cancel);
    }

    /// <summary>Consumers of any process that nobody runs: by their cursors, where they have any; 0 in a tenant without one.</summary>
    private async ValueTask<List<(string Consumer, long Lag)>> Orphans(
        IReadOnlyList<LeaseRow> rows, List<(TenantId Tenant, long Position)> heads, CancellationToken cancel)
    {
        var found = new List<(string Consumer, long Lag)>();
        var names = duties.Names.ToHashSet(StringComparer.Ordinal);
        foreach (var row in rows.Where(row => !running.ContainsKey(row.Consumer) && !names.Contains(row.Consumer) && leases.IsFree(row)))
        {
            var cursors = (await tools.Cursors.OfConsumer(row.Consumer, cancel)).ToDictionary(each => each.Tenant, each => each.Position);
            var isConsumer = cursors.Count > 0 || Array.Exists(all, consumer => consumer.Name == row.Consumer);
            if (isConsumer)
                found.Add((row.Consumer, heads.Select(head => head.Position - cursors.GetValueOrDefault(head.Tenant)).Append(0).Max()));
        }

        return found;
    }

    private void Publish() => listening = [.. running.Values];

    private async Task StopAll()
    {
        var runs = listening;
        listening = [];
        foreach (var run in runs) run.Stop();
        foreach (var run in runs) await run.DisposeAsync();
        await duties.Stop();
        using var limit = new CancellationTokenSource(LastWords);
        try
        {
            await leases.Release(limit.Token);
        }
        catch (Exception cause)
        {
            // The top of this part's life: the other nodes find out by the beat that stands still.
            Log.NotReleased(logger, FailureName.Of(cause));
        }
    }

    private void TellFailure(Exception cause)
    {
        if (!isFailing) Log.Failed(logger, FailureName.Of(cause));
        isFailing = true;
    }

    private static LogConsumer[] Distinct(IEnumerable<LogConsumer> consumers)
    {
        LogConsumer[] all = [.. consumers];
        var twice = all.GroupBy(consumer => consumer.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? all : throw new InvalidOperationException($"Two consumers have the name {twice.Key}.");
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "This node runs the consumer {Consumer} from now on, epoch {Epoch}")]
        public static partial void Taken(ILogger logger, string consumer, long epoch);

        [LoggerMessage(2, LogLevel.Warning, "Another node has taken the consumer {Consumer}; ours was epoch {Epoch}")]
        public static partial void Lost(ILogger logger, string consumer, long epoch);

        [LoggerMessage(3, LogLevel.Error, "The consumers' leases and tenants could not be looked over ({Cause}); trying again")]
        public static partial void Failed(ILogger logger, string cause);

        [LoggerMessage(4, LogLevel.Information, "The consumers' leases and tenants are looked over again")]
        public static partial void Recovered(ILogger logger);

        [LoggerMessage(5, LogLevel.Warning, "The consumers' leases could not be released ({Cause}); other nodes take them a little later")]
        public static partial void NotReleased(ILogger logger, string cause);
    }
}
