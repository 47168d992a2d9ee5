using System.Diagnostics.Metrics;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.BreakingGlass;

/// <summary>
/// The meter <c>Vagus.Identity</c>: emergency accesses that no one has reviewed in time, of all tenants. Known as of the last look.
/// </summary>
internal sealed class BreakGlassMetrics : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan ReviewWithin = TimeSpan.FromHours(72);
    private readonly Meter meter;
    private readonly Database database;
    private readonly TimeProvider clock;
    private long overdue;

    public BreakGlassMetrics(IMeterFactory meters, Database database, TimeProvider clock)
    {
        (this.database, this.clock) = (database, clock);
        meter = meters.Create("Vagus.Identity");
        meter.CreateObservableGauge(
            "vagus.identity.break_glass.overdue", () => Volatile.Read(ref overdue), "{review}", "Emergency accesses not reviewed in 72 hours");
    }

    public void Dispose() => meter.Dispose();

    public async Task Look(CancellationToken cancel)
    {
        var before = (clock.GetUtcNow() - ReviewWithin).ToMicroseconds();
        Volatile.Write(ref overdue, await database.QueryOne(CountOverdue, [before], row => row.GetInt64(0), cancel));
    }

    private static readonly Statement CountOverdue = new("""
        select count(*)
        from access_break_glass
        where reviewed_at is null
          and begun_at < @before
        """);
}
