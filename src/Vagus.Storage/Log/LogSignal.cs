using System.Collections.Immutable;
using Vagus.Kernel;

namespace Vagus.Storage.Log;

/// <summary>
/// Tells readers that a tenant's log has grown. Only a hint: it may come late, twice or (across processes) not at all; the cursor is the truth.
/// Observers must return at once.
/// </summary>
public sealed class LogSignal
{
    private ImmutableArray<Action<TenantId, long>> observers = [];

    /// <summary>Calls the observer after each commit with the tenant and its last position, until disposed.</summary>
    public IDisposable Observe(Action<TenantId, long> observer)
    {
        ImmutableInterlocked.Update(ref observers, (list, added) => list.Add(added), observer);
        return new Observation(this, observer);
    }

    internal void Raise(TenantId tenant, long position)
    {
        foreach (var observer in observers) observer(tenant, position);
    }

    private sealed class Observation(LogSignal signal, Action<TenantId, long> observer) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref signal.observers, (list, removed) => list.Remove(removed), observer);
    }
}
