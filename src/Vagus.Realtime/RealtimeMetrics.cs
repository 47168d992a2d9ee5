using System.Diagnostics.Metrics;
using Vagus.Kernel;

namespace Vagus.Realtime;

/// <summary>Counts under the meter <c>Vagus.Realtime</c>. Labels are few and fixed: no tenant, user, patient or event name.</summary>
internal sealed class RealtimeMetrics : IDisposable
{
    private readonly Meter meter;
    private readonly Histogram<double> lag;
    private readonly Counter<long> catchUps;
    private readonly Counter<long> pages;
    private readonly Counter<long> gaps;
    private readonly Counter<long> frames;
    private readonly Counter<long> slowReaders;
    private readonly Counter<long> refusals;

    public RealtimeMetrics(IMeterFactory meters)
    {
        meter = meters.Create("Vagus.Realtime");
        lag = meter.CreateHistogram(
            "vagus.realtime.feed.lag",
            "s",
            "From an event's commit to its delivery into the queues of the live sessions",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 5, 30],
            });
        catchUps = meter.CreateCounter<long>("vagus.realtime.catchups", "{catchup}", "Sessions that began to read the log, by cause");
        pages = meter.CreateCounter<long>("vagus.realtime.catchup.pages", "{page}", "Pages of the log that were read for catch-ups");
        gaps = meter.CreateCounter<long>("vagus.realtime.gaps", "{gap}", "Gaps that sessions were told");
        frames = meter.CreateCounter<long>("vagus.realtime.frames.sent", "{frame}", "Frames written on /ws");
        slowReaders = meter.CreateCounter<long>("vagus.realtime.slow_readers", "{connection}", "Connections of /ws that were cut");
        refusals = meter.CreateCounter<long>("vagus.realtime.refusals", "{request}", "Refused requests of sockets, by kind");
    }

    public void Dispose() => meter.Dispose();

    public void ObserveFeeds(Func<int> count) =>
        meter.CreateObservableUpDownCounter("vagus.realtime.feeds", count, "{feed}", "Tenants whose log is followed");

    /// <param name="count">How many sessions are live and how many are catching up.</param>
    public void ObserveSessions(Func<(int Live, int CatchingUp)> count) =>
        meter.CreateObservableUpDownCounter("vagus.realtime.sessions", () => ByMode(count()), "{session}", "Sessions that follow a log");

    public void ObserveWebSocketConnections(Func<int> count) =>
        meter.CreateObservableUpDownCounter("vagus.realtime.connections", count, "{connection}", "Open connections of /ws");

    public void Delivered(TimeSpan afterCommit) => lag.Record(Math.Max(0, afterCommit.TotalSeconds));

    public void CatchUpBegan(string cause) => catchUps.Add(1, new KeyValuePair<string, object?>("cause", cause));

    public void PageRead() => pages.Add(1);

    public void GapTold() => gaps.Add(1);

    public void FrameSent() => frames.Add(1);

    public void SlowReader() => slowReaders.Add(1);

    public void Refused(RefusalKind kind) => refusals.Add(1, new KeyValuePair<string, object?>("kind", kind.ToString()));

    private static Measurement<int>[] ByMode((int Live, int CatchingUp) count) =>
    [
        new(count.Live, new KeyValuePair<string, object?>("mode", "live")),
        new(count.CatchingUp, new KeyValuePair<string, object?>("mode", "catching_up")),
    ];
}
