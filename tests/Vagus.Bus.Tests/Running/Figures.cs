using System.Diagnostics.Metrics;

namespace Vagus.Bus.Tests.Running;

/// <summary>What one node's meter of the bus told: sums of counters, and what gauges say now.</summary>
internal sealed class Figures : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly Dictionary<string, long> told = new(StringComparer.Ordinal);

    public Figures(Node node)
    {
        var factory = node.Storage.Get<IMeterFactory>();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory) && instrument.Meter.Name == "Vagus.Bus")
                listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
    }

    /// <summary>By instrument, and the value of its label where it has one: <c>vagus.bus.taken accepted</c>.</summary>
    public long Of(string name)
    {
        listener.RecordObservableInstruments();
        lock (told) return told.GetValueOrDefault(name);
    }

    public void Dispose() => listener.Dispose();

    private void Add(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var name = tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Value}";
        lock (told) told[name] = instrument.IsObservable ? value : told.GetValueOrDefault(name) + value;
    }
}
