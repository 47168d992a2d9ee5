using System.Diagnostics.Metrics;
using Vagus.Storage.Log;

namespace Vagus.Storage;

/// <summary>
/// What operators watch of this room: <c>vagus.storage.*</c>. Labels name lanes, consumers and refusal codes; never tenants or patients.
/// </summary>
internal sealed class StorageMeter
{
    public const string Name = "Vagus.Storage";

    private readonly Histogram<int> groupSize;
    private readonly Histogram<double> commitTime;
    private readonly Counter<long> refusedWrites;
    private readonly Counter<long> consumerFailures;
    private readonly Counter<long> parkings;
    private volatile IReadOnlyList<(string Consumer, long Count)> parked = [];
    private volatile bool listenerIsConnected;
    private volatile object? clockAhead;

    public StorageMeter(IMeterFactory meters, LogSignal signal)
    {
        var meter = meters.Create(Name);
        groupSize = meter.CreateHistogram("vagus.storage.group.size", "{write}", "Writes that shared one commit.", tags: null,
            new InstrumentAdvice<int> { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] });
        commitTime = meter.CreateHistogram("vagus.storage.commit.duration", "s", "From the begin of a group to its commit.", tags: null,
            new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
            });
        refusedWrites = meter.CreateCounter<long>("vagus.storage.writes.refused", "{write}", "Writes refused by the door itself, by code.");
        consumerFailures = meter.CreateCounter<long>("vagus.storage.consumer.failures", "{failure}", "Batches that failed, by consumer.");
        parkings = meter.CreateCounter<long>("vagus.storage.consumer.parkings", "{event}", "Events that were parked, by consumer.");
        meter.CreateObservableCounter(
            "vagus.storage.signal.raised", () => signal.Raised, "{signal}", "Hints that a tenant's log has grown.");
        meter.CreateObservableCounter(
            "vagus.storage.retention.removed", () => RemovedEvents(), "{event}", "Events that retention removed.");
        meter.CreateObservableGauge("vagus.storage.lane.depth", () => Depths(), "{write}", "Writes that wait, by lane.");
        meter.CreateObservableGauge(
            "vagus.storage.consumer.lag", () => ByConsumer(Lags()), "{event}",
            "Events behind, of the tenant where these are most, by consumer of this node.");
        meter.CreateObservableGauge(
            "vagus.storage.consumer.parked", () => ByConsumer(parked), "{event}", "Events that wait for an operator, by consumer.");
        meter.CreateObservableGauge(
            "vagus.storage.listener.connected", () => listenerIsConnected ? 1 : 0, "{connection}",
            "PostgreSQL: 1 while commits of other nodes are heard of.");
        meter.CreateObservableGauge(
            "vagus.storage.clock.ahead", Clock, "s", "PostgreSQL: by so much this machine's clock is ahead of the database's.");
    }

    /// <summary>The number of waiting writes of each lane.</summary>
    public Func<IEnumerable<int>> LaneDepths { private get; set; } = () => [];

    /// <summary>What retention removed since the start of the process.</summary>
    public Func<long> RemovedEvents { private get; set; } = () => 0;

    /// <summary>How far each consumer of this node is behind.</summary>
    public Func<IEnumerable<(string Consumer, long Lag)>> Lags { private get; set; } = () => [];

    public bool ListenerIsConnected
    {
        set => listenerIsConnected = value;
    }

    public TimeSpan ClockAhead
    {
        set => clockAhead = value;
    }

    public IReadOnlyList<(string Consumer, long Count)> Parked
    {
        set => parked = value;
    }

    public void Committed(int writes, TimeSpan took)
    {
        groupSize.Record(writes);
        commitTime.Record(took.TotalSeconds);
    }

    public void Refused(string code, int writes = 1) => refusedWrites.Add(writes, new KeyValuePair<string, object?>("code", code));

    public void ConsumerFailed(string consumer) => consumerFailures.Add(1, Tag(consumer));

    public void EventParked(string consumer) => parkings.Add(1, Tag(consumer));

    /// <summary>Nothing before the database was asked.</summary>
    private IEnumerable<Measurement<double>> Clock() => clockAhead is TimeSpan ahead ? [new(ahead.TotalSeconds)] : [];

    private IEnumerable<Measurement<int>> Depths() =>
        LaneDepths().Select((depth, lane) => new Measurement<int>(depth, new KeyValuePair<string, object?>("lane", lane)));

    private static IEnumerable<Measurement<long>> ByConsumer(IEnumerable<(string Consumer, long Count)> counts) =>
        counts.Select(each => new Measurement<long>(each.Count, Tag(each.Consumer)));

    private static KeyValuePair<string, object?> Tag(string consumer) => new("consumer", consumer);
}
