using System.Collections.Concurrent;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Care.Charts;

/// <summary>
/// Which patients and records the last events of each tenant's log concern, read from the log when it is asked for, each event once. It
/// knows nothing of what lies before its beginning, and says so.
/// </summary>
internal sealed class ChangesOfLog(EventLog log)
{
    private const int MostTenants = 1_000;
    private const int MostNames = 50_000;
    private const int MostAtOnce = 1_000;
    private readonly ConcurrentDictionary<TenantId, Tail> tails = new();

    /// <summary>
    /// True only where it is known that no event after one position up to another, the log's last, concerns any of the names: ids of
    /// patients, records as <c>Type/id</c>.
    /// </summary>
    public async ValueTask<bool> AreUntouched(
        TenantId tenant, IReadOnlyList<string> names, long after, long last, CancellationToken cancel)
    {
        if (last <= after) return last == after;
        if (tails.Count >= MostTenants) tails.Clear();
        var tail = tails.GetOrAdd(tenant, static (_, from) => new Tail(from), after);
        var known = tail.To;
        if (last > known) tail.Add(known, last, last - known > MostAtOnce ? [] : await log.ReadConcerns(tenant, known, last, cancel));
        return tail.AreUntouched(names, after, last);
    }

    /// <summary>The events after one position up to another. Several may read on at once: what each adds is the same.</summary>
    private sealed class Tail(long from)
    {
        private readonly Lock gate = new();
        private readonly Dictionary<string, long> changed = new(StringComparer.Ordinal);
        private long from = from;
        private long to = from;

        public long To
        {
            get
            {
                lock (gate) return to;
            }
        }

        public bool AreUntouched(IReadOnlyList<string> names, long after, long last)
        {
            lock (gate) return after >= from && last <= to && names.All(name => changed.GetValueOrDefault(name) <= after);
        }

        /// <summary>Where not all of them were read (they are many, or gone), it begins anew behind them.</summary>
        public void Add(long after, long last, List<ConcernOfEvent> events)
        {
            lock (gate)
            {
                if (last <= to) return;
                to = last;
                if (events.Count != last - after || changed.Count > MostNames)
                {
                    from = last;
                    changed.Clear();
                    return;
                }

                foreach (var (position, patients, resource) in events)
                {
                    foreach (var patient in patients) changed[patient.Value] = position;
                    if (resource?.Split('/') is [var type, var id, ..]) changed[$"{type}/{id}"] = position;
                }
            }
        }
    }
}
