using System.Diagnostics.Metrics;

namespace Vagus.Care.Alerts;

/// <summary>What operators watch of alerts, of all tenants together: <c>vagus.care.*</c>. Counted once the change is committed.</summary>
internal sealed class AlertMeter : IDisposable
{
    public const string Name = "Vagus.Care";

    private readonly Meter meter;
    private readonly Histogram<double> acknowledgement;
    private readonly Counter<long> escalated;

    public AlertMeter(IMeterFactory meters)
    {
        meter = meters.Create(Name);
        acknowledgement = meter.CreateHistogram(
            "vagus.care.alert.acknowledgement.duration", "s", "From the raising of an alert to each acknowledgement of it.", tags: null,
            new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [10, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400],
            });
        escalated = meter.CreateCounter<long>(
            "vagus.care.alerts.escalated", "{alert}", "Alerts that went on because nobody answered in time.");
    }

    public void Acknowledged(Alert alert)
    {
        if (alert.AcknowledgedAt is not { } at) return;
        var waited = at - alert.RaisedAt;
        var isInLimit = waited <= alert.Policy.FirstLimit;
        acknowledgement.Record(waited.TotalSeconds, new KeyValuePair<string, object?>("in_limit", isInLimit ? "true" : "false"));
    }

    public void Escalated() => escalated.Add(1);

    public void Dispose() => meter.Dispose();
}
