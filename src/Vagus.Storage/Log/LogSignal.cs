using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;

namespace Vagus.Storage.Log;

/// <summary>
/// Tells readers that a tenant's log has grown. Only a hint: it may come late, twice or (across processes) not at all; the cursor is the
/// truth. Observers are called on the thread pool, each for itself: one that blocks or throws holds up neither the commit nor the others.
/// </summary>
public sealed partial class LogSignal(ILogger<LogSignal> logger)
{
    private readonly ILogger logger = logger;
    private ImmutableArray<Observation> observations = [];
    private long raised;

    /// <summary>Calls the observer after commits with the tenant and its last position, one call at a time, until disposed.</summary>
    public IDisposable Observe(Action<TenantId, long> observer)
    {
        var observation = new Observation(this, observer);
        ImmutableInterlocked.Update(ref observations, (list, added) => list.Add(added), observation);
        return observation;
    }

    /// <summary>How often it was raised since the start of the process.</summary>
    internal long Raised => Volatile.Read(ref raised);

    /// <summary>Commits raise it, and who hears of those of other processes.</summary>
    public void Raise(TenantId tenant, long position)
    {
        Interlocked.Increment(ref raised);
        foreach (var observation in observations) observation.Tell(tenant, position);
    }

    /// <summary>
    /// One observer and what it is still to be told: the last position of each tenant, so that a slow observer's list stays short.
    /// </summary>
    private sealed class Observation(LogSignal signal, Action<TenantId, long> observer) : IDisposable, IThreadPoolWorkItem
    {
        private readonly Lock gate = new();
        private Dictionary<TenantId, long> untold = [];
        private Dictionary<TenantId, long> telling = [];
        private bool scheduled;
        private volatile bool disposed;

        public void Tell(TenantId tenant, long position)
        {
            lock (gate)
            {
                untold[tenant] = Math.Max(position, untold.GetValueOrDefault(tenant));
                if (scheduled) return;
                scheduled = true;
            }

            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        public void Execute()
        {
            while (TakeUntold())
            {
                foreach (var (tenant, position) in telling) Call(tenant, position);
                telling.Clear();
            }
        }

        public void Dispose()
        {
            disposed = true;
            ImmutableInterlocked.Update(ref signal.observations, (list, removed) => list.Remove(removed), this);
        }

        private bool TakeUntold()
        {
            lock (gate)
            {
                (untold, telling) = (telling, untold);
                return scheduled = telling.Count > 0;
            }
        }

        private void Call(TenantId tenant, long position)
        {
            if (disposed) return;
            try
            {
                observer(tenant, position);
            }
            catch (Exception cause)
            {
                // The top of this observer's loop.
                Log.Failed(signal.logger, tenant.Value, position, FailureName.Of(cause));
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "An observer of the log failed at {Tenant} {Position} ({Cause})")]
        public static partial void Failed(ILogger logger, string tenant, long position, string cause);
    }
}
