using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Storage.Consuming;

/// <summary>What all runs of a process share.</summary>
internal sealed record ConsumerTools(
    GroupCommit Writes, EventLog Log, Cursors Cursors, ParkedEvents Parked, SharedPages Pages, BackOff BackOff)
{
    public required ConsumerOptions Options { get; init; }

    public required StorageMeter Meter { get; init; }

    public required TimeProvider Clock { get; init; }

    public required ILogger Logger { get; init; }
}

/// <summary>
/// One consumer on this node for as long as its lease lasts: a queue of the tenants that have something to read, and a few workers. A
/// tenant at rest has no task, no timer and no poll of its own.
/// </summary>
internal sealed partial class ConsumerRun : IAsyncDisposable
{
    private readonly ConcurrentDictionary<TenantId, Scheduled> loops = new();
    private readonly Channel<Scheduled> due = Channel.CreateUnbounded<Scheduled>();
    // A wish that finds it full is brought again by the next look over all tenants.
    private readonly Channel<ParkedEvent> retries = Channel.CreateBounded<ParkedEvent>(16);
    private readonly CancellationTokenSource stop = new();
    private readonly ConsumerTools tools;
    private readonly Action lookAtLease;
    private readonly Task workers;

    /// <param name="consumer">The consumer.</param>
    /// <param name="lease">Ours until another node has taken it.</param>
    /// <param name="tools">What all runs share.</param>
    /// <param name="cursors">Where it stands in each tenant's log.</param>
    /// <param name="lookAtLease">Called when a transaction found that the lease may have gone.</param>
    public ConsumerRun(
        LogConsumer consumer, Lease lease, ConsumerTools tools, IEnumerable<(TenantId Tenant, long Position)> cursors, Action lookAtLease)
    {
        (Consumer, Lease, this.tools, this.lookAtLease) = (consumer, lease, tools, lookAtLease);
        foreach (var (tenant, position) in cursors) LoopOf(tenant).Loop.StandAt(position);
        workers = Task.WhenAll([.. Enumerable.Range(0, tools.Options.TenantsAtOnce).Select(_ => Task.Run(Work)), Task.Run(TakeRetries)]);
    }

    public LogConsumer Consumer { get; }

    public Lease Lease { get; }

    public GroupCommit Writes => tools.Writes;

    public EventLog Log => tools.Log;

    public Cursors Cursors => tools.Cursors;

    public SharedPages Pages => tools.Pages;

    public BackOff BackOff => tools.BackOff;

    public ConsumerOptions Options => tools.Options;

    public StorageMeter Meter => tools.Meter;

    public TimeProvider Clock => tools.Clock;

    public ILogger Logger => tools.Logger;

    /// <summary>Events behind, of the tenant where these are most.</summary>
    public long Lag => loops.Values.Select(entry => entry.Loop.Lag).DefaultIfEmpty().Max();

    public void LookAtLease() => lookAtLease();

    /// <summary>True where a failure says nothing about the events.</summary>
    public bool IsOutage(Exception cause) =>
        cause is DatabaseUnreachableException || LostConnection.Is(cause) || Consumer.IsOutage(cause);

    /// <summary>A hint, also of tenants that were never heard of.</summary>
    public void GrewTo(TenantId tenant, long last)
    {
        var entry = LoopOf(tenant);
        if (entry.Loop.GrewTo(last)) Schedule(entry);
    }

    /// <summary>Where a tenant's log ends, by a look over all of them.</summary>
    public void EndedAt(TenantId tenant, long last)
    {
        var entry = LoopOf(tenant);
        if (entry.Loop.EndedAt(last)) Schedule(entry);
    }

    /// <summary>Writes the cursors that have only passed over events.</summary>
    public void StoreCursors()
    {
        foreach (var entry in loops.Values.Where(entry => entry.Loop.IsUnstored)) Schedule(entry);
    }

    /// <summary>An operator wants a parked event tried again.</summary>
    public void Retry(ParkedEvent parked) => retries.Writer.TryWrite(parked);

    /// <summary>Breaks off what is under way; what does not notice can move no cursor once another node has the lease.</summary>
    public void Stop()
    {
        stop.Cancel();
        due.Writer.TryComplete();
        retries.Writer.TryComplete();
    }

    /// <summary>Waits until the consumer's code has noticed, at most for the length of a lease.</summary>
    public async ValueTask DisposeAsync()
    {
        Stop();
        await workers.WaitAsync(Options.Lease, Clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Scheduled LoopOf(TenantId tenant) => loops.GetOrAdd(tenant, key => new Scheduled(new ConsumerLoop(this, key)));

    private void Schedule(Scheduled entry)
    {
        if (Interlocked.Exchange(ref entry.IsDue, 1) == 0) due.Writer.TryWrite(entry);
    }

    private async Task Work()
    {
        await foreach (var entry in due.Reader.ReadAllAsync())
        {
            if (stop.IsCancellationRequested) return;
            if (await Step(entry.Loop) is { } pause)
            {
                if (pause == TimeSpan.Zero) due.Writer.TryWrite(entry);
                else entry.WakeAfter(pause, Clock, () => due.Writer.TryWrite(entry));
                continue;
            }

            // A hint that came while it was at work found it scheduled. A full fence: the lag is read after this is seen.
            Interlocked.Exchange(ref entry.IsDue, 0);
            if (entry.Loop.Lag > 0) Schedule(entry);
        }
    }

    private async ValueTask<TimeSpan?> Step(ConsumerLoop loop)
    {
        try
        {
            return await loop.Step(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception cause)
        {
            // The top of the loop: the handling of a failure failed itself, in the consumer's own code for instance.
            Told.LoopFailed(Logger, Consumer.Name, loop.Tenant.Value, FailureName.Of(cause));
            return Options.LongestPause;
        }
    }

    private async Task TakeRetries()
    {
        await foreach (var parked in retries.Reader.ReadAllAsync())
        {
            if (stop.IsCancellationRequested) return;
            try
            {
                await RetryOnce(parked);
            }
            catch (Exception cause)
            {
                // The top of the loop: the wish is still noted and comes again.
                if (stop.IsCancellationRequested) return;
                Told.RetryFailed(Logger, Consumer.Name, parked.Tenant.Value, parked.Position, FailureName.Of(cause));
            }
        }
    }

    /// <summary>The event is applied and taken out in one commit.</summary>
    private async ValueTask RetryOnce(ParkedEvent parked)
    {
        // Each look over all tenants brings the wish again until it has been fulfilled.
        if (!await tools.Parked.IsWanted(parked, stop.Token)) return;
        try
        {
            var found = await Log.Read(parked.Tenant, parked.Position - 1, 1, stop.Token);
            if (found is not [var @event] || @event.EventId != parked.EventId) throw new InvalidOperationException("The event is gone.");
            await Consumer.Deliver(found, stop.Token).AsTask().WaitAsync(Options.BatchLimit, Clock, stop.Token);
            var outcome = await Writes.Write<bool>(
                parked.Tenant,
                async (write, cancel) =>
                {
                    if (!await ParkedEvents.TakeOut(write, Lease, parked.Position, cancel)) return false;
                    await Consumer.Apply(found, write, cancel);
                    return true;
                },
                stop.Token);
            if (outcome.Value) Told.Retried(Logger, Consumer.Name, parked.Tenant.Value, parked.Position);
        }
        catch (Exception cause) when (!stop.IsCancellationRequested && !IsOutage(cause))
        {
            Meter.ConsumerFailed(Consumer.Name);
            Told.RetryFailed(Logger, Consumer.Name, parked.Tenant.Value, parked.Position, FailureName.Of(cause));
            await tools.Parked.FailedAgain(parked, $"{cause.GetType().Name} {EngineFaults.CodeOf(cause)}".TrimEnd(), stop.Token);
        }
    }

    /// <summary>A tenant's loop, whether it is queued or at work, and its timer while it waits after a failure.</summary>
    private sealed class Scheduled(ConsumerLoop loop)
    {
        public int IsDue;
        private ITimer? timer;

        public ConsumerLoop Loop => loop;

        public void WakeAfter(TimeSpan pause, TimeProvider clock, Action wake)
        {
            timer?.Dispose();
            timer = clock.CreateTimer(_ => wake(), null, pause, Timeout.InfiniteTimeSpan);
        }
    }

    private static partial class Told
    {
        [LoggerMessage(3, LogLevel.Error, "Consumer {Consumer}, tenant {Tenant}: a step failed ({Cause}); trying again")]
        public static partial void LoopFailed(ILogger logger, string consumer, string tenant, string cause);

        [LoggerMessage(1, LogLevel.Information, "Consumer {Consumer}, tenant {Tenant}: the parked event at {Position} was taken")]
        public static partial void Retried(ILogger logger, string consumer, string tenant, long position);

        [LoggerMessage(2, LogLevel.Error, "Consumer {Consumer}, tenant {Tenant}: the parked event at {Position} failed again ({Cause})")]
        public static partial void RetryFailed(ILogger logger, string consumer, string tenant, long position, string cause);
    }
}
