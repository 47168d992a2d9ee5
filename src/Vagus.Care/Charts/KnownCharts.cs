using Microsoft.Extensions.Caching.Memory;
using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Care.Charts;

/// <summary>
/// Charts that were put together here a while ago, each for those who reach alike, and only as long as the log proves that nothing of them
/// has changed: not the patient's rows, and not a record, a label or a release behind them. What cannot be proved is put together anew.
/// </summary>
internal sealed class KnownCharts(Database database, ChangesOfLog changes, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Unasked = TimeSpan.FromMinutes(10);
    private readonly MemoryCache charts = new(new MemoryCacheOptions { SizeLimit = ChartLimits.KnownBytes });

    /// <summary>The chart as it is now; null where it has to be put together.</summary>
    public async ValueTask<RenderedChart?> Find(ChartView view, CancellationToken cancel)
    {
        if (KeyOf(view) is not { } key || charts.Get<Known>(key) is not { } known) return null;
        if (ClinicalTime.AgeAt(known.Chart.BirthDate, clock.GetUtcNow()) != known.Chart.Age) return null;
        var tenant = view.Reach.Tenant;
        if (await ChartMark.Read(database, tenant, cancel) is not { HasParked: false } mark || mark.Set != known.Set) return null;
        if (!await changes.AreUntouched(tenant, known.Names, known.ProvedUntil, mark.Head, cancel)) return null;
        known.ProvedUntil = mark.Head;
        return known.Chart.At(mark.Sequence);
    }

    /// <summary>Keeps a chart that was read at the mark. What its rows do not have yet comes with later events.</summary>
    public void Keep(ChartView view, ChartMark? mark, RenderedChart chart)
    {
        if (mark is not { HasParked: false } || KeyOf(view) is not { } key) return;
        charts.Set(key, new Known(chart, mark, view.Patient), new MemoryCacheEntryOptions
        {
            Size = chart.Size,
            SlidingExpiration = Unasked,
        });
    }

    public void Dispose() => charts.Dispose();

    /// <summary>Null for what is never kept: a chart of then, and one that an emergency or a credential of its own opens.</summary>
    private static Key? KeyOf(ChartView view) => view is { Position: null, Reach.IsOfRole: true }
        ? new Key(view.Reach.Tenant, view.Patient, ReachKey.Of(view.Reach), view.Policy) : null;

    private sealed record Key(TenantId Tenant, PatientId Patient, ReachKey Reach, TenantPolicy Policy);

    private sealed class Known(RenderedChart chart, ChartMark mark, PatientId patient)
    {
        private long provedUntil = mark.Made;

        public RenderedChart Chart => chart;

        public long Set => mark.Set;

        /// <summary>The patient, and each record that it shows, whoever's that may be by now.</summary>
        public IReadOnlyList<string> Names { get; } =
            [patient.Value, .. chart.Shown.Select(reference => reference[..reference.LastIndexOf('/')])];

        /// <summary>No event after the chart was made and up to here concerns any of these. It never goes back.</summary>
        public long ProvedUntil
        {
            get => Volatile.Read(ref provedUntil);
            set
            {
                long known;
                while (value > (known = Volatile.Read(ref provedUntil))
                    && Interlocked.CompareExchange(ref provedUntil, value, known) != known)
                {
                }
            }
        }
    }
}
