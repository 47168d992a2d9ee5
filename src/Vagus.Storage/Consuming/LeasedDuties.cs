using Microsoft.Extensions.Logging;
using Vagus.Kernel;

namespace Vagus.Storage.Consuming;

/// <summary>The duties whose lease this node has, each in a loop of its own.</summary>
internal sealed partial class LeasedDuties(IEnumerable<LeasedDuty> duties, TimeProvider clock, ILogger<LeasedDuties> logger)
{
    private static readonly TimeSpan LastTurn = TimeSpan.FromSeconds(10);
    private readonly LeasedDuty[] all = [.. duties];
    private readonly Dictionary<string, Running> running = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => all.Select(duty => duty.Name);

    public async ValueTask Reconcile(Leases leases, IReadOnlyList<LeaseRow> rows, CancellationToken cancel)
    {
        foreach (var duty in all) await Reconcile(duty, leases, rows.Single(row => row.Consumer == duty.Name), cancel);
    }

    /// <summary>
    /// Ends every loop and lets each duty finish, while the leases are still held. One whose turn does not end is left to the end of the
    /// process.
    /// </summary>
    public async Task Stop()
    {
        var leased = running.Where(each => !each.Value.IsStopping).Select(each => each.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var run in running.Values) run.Stop();
        using var turns = new CancellationTokenSource(LastTurn, clock);
        foreach (var (duty, run) in running.Select(each => (all.Single(duty => duty.Name == each.Key), each.Value)))
        {
            try
            {
                await run.Ended.WaitAsync(turns.Token);
                if (!leased.Contains(duty.Name)) continue;
                using var limit = new CancellationTokenSource(LastTurn, clock);
                await duty.Finish(limit.Token);
            }
            catch (Exception cause)
            {
                // The top of this duty's life.
                Log.Failed(logger, duty.Name, FailureName.Of(cause));
            }
        }

        running.Clear();
    }

    private async ValueTask Reconcile(LeasedDuty duty, Leases leases, LeaseRow row, CancellationToken cancel)
    {
        if (running.TryGetValue(duty.Name, out var run))
        {
            if (!run.IsStopping && leases.IsMine(row) && row.Epoch == run.Lease.Epoch) return;
            if (!run.IsStopping) Log.Lost(logger, duty.Name);
            run.Stop();
            // Nothing waits for its last turn: the leases of all others are kept up from here. Until that has ended it does not begin anew.
            if (run.Ended.IsCompleted) running.Remove(duty.Name);
            return;
        }

        if (!leases.IsFree(row) || await leases.Take(row, cancel) is not { } lease) return;
        running[duty.Name] = new Running(lease, stopping => Recurring.Run(
            duty.Interval, clock, duty.Turn, cause => Log.Failed(logger, duty.Name, FailureName.Of(cause)), stopping));
        Log.Taken(logger, duty.Name, lease.Epoch);
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource stopping = new();
        private readonly Task loop;
        private Task? ended;

        public Running(Lease lease, Func<CancellationToken, Task> run) => (Lease, loop) = (lease, run(stopping.Token));

        public Lease Lease { get; }

        public bool IsStopping => ended is not null;

        public Task Ended => ended ?? loop;

        public void Stop() => ended ??= DisposeAsync().AsTask();

        public async ValueTask DisposeAsync()
        {
            await stopping.CancelAsync();
            await loop;
            stopping.Dispose();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "This node has the duty {Duty} from now on, epoch {Epoch}")]
        public static partial void Taken(ILogger logger, string duty, long epoch);

        [LoggerMessage(2, LogLevel.Warning, "Another node has taken the duty {Duty}")]
        public static partial void Lost(ILogger logger, string duty);

        [LoggerMessage(3, LogLevel.Error, "The duty {Duty} failed ({Cause}) and is tried again")]
        public static partial void Failed(ILogger logger, string duty, string cause);
    }
}
