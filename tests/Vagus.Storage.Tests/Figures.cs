using System.Diagnostics.Metrics;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>What one storage's meter told, by instrument; other storages of the run have meters of their own.</summary>
internal sealed class Figures : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly List<(string Instrument, double Value, string Labels)> told = [];

    public Figures(TestStorage storage)
    {
        var factory = storage.Get<IMeterFactory>();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, factory)) listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
    }

    /// <summary>Everything told by counters and histograms so far.</summary>
    public IReadOnlyList<double> Of(string instrument)
    {
        lock (told) return [.. told.Where(each => each.Instrument == instrument).Select(each => each.Value)];
    }

    /// <summary>What the observable instruments say now: value and labels.</summary>
    public IReadOnlyList<(double Value, string Labels)> Now(string instrument)
    {
        lock (told) told.RemoveAll(each => each.Instrument == instrument);
        listener.RecordObservableInstruments();
        lock (told) return [.. told.Where(each => each.Instrument == instrument).Select(each => (each.Value, each.Labels))];
    }

    /// <summary>All instruments and labels that were seen.</summary>
    public IReadOnlyList<(string Instrument, string Labels)> All()
    {
        listener.RecordObservableInstruments();
        lock (told) return [.. told.Select(each => (each.Instrument, each.Labels)).Distinct()];
    }

    public void Dispose() => listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
        lock (told) told.Add((instrument.Name, value, labels));
    }
}
