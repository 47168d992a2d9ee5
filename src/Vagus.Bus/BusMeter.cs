using System.Diagnostics.Metrics;

namespace Vagus.Bus;

/// <summary>
/// What operators watch of this room: <c>vagus.bus.*</c>. Labels name outcomes and codes; never tenants, senders or patients. How far the
/// publishing is behind is <c>vagus.storage.consumer.lag</c> of the consumer <c>nats</c>.
/// </summary>
internal sealed class BusMeter
{
    public const string Name = "Vagus.Bus";
    private readonly Counter<long> published;
    private readonly Counter<long> refilled;
    private readonly Counter<long> withheld;
    private readonly Counter<long> diverged;
    private readonly Counter<long> taken;
    private readonly Counter<long> dead;

    public BusMeter(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        published = meter.CreateCounter<long>("vagus.bus.published", "{event}", "Events that NATS has acknowledged.");
        refilled = meter.CreateCounter<long>(
            "vagus.bus.refilled", "{event}", "Events among them that a stream had lost and was given from the log.");
        withheld = meter.CreateCounter<long>("vagus.bus.withheld", "{event}", "Events of labelled records that do not go out.");
        diverged = meter.CreateCounter<long>(
            "vagus.bus.streams.diverged", "{stream}", "Streams that were found to end with messages that the log does not have.");
        taken = meter.CreateCounter<long>("vagus.bus.taken", "{event}", "Events that came in, by outcome.");
        dead = meter.CreateCounter<long>("vagus.bus.dead_letters", "{event}", "Events that came in and were put aside, by reason.");
        meter.CreateObservableGauge("vagus.bus.connected", () => IsConnected() ? 1 : 0, "{connection}", "1 while NATS is connected.");
        meter.CreateObservableGauge(
            "vagus.bus.streams.refused", () => RefusedStreams(), "{stream}", "Streams that are not as the settings say: nothing goes out.");
    }

    public Func<bool> IsConnected { private get; set; } = () => false;

    public Func<int> RefusedStreams { private get; set; } = () => 0;

    public void Published(bool isRefill)
    {
        published.Add(1);
        if (isRefill) refilled.Add(1);
    }

    public void Withheld() => withheld.Add(1);

    public void Diverged() => diverged.Add(1);

    public void Taken(string outcome) => taken.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Died(string reason) => dead.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
