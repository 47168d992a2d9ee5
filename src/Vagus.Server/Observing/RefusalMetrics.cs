using System.Diagnostics.Metrics;

namespace Vagus.Server.Observing;

/// <summary>Counts under the meter <c>Vagus.Server</c>.</summary>
internal sealed class RefusalMetrics : IDisposable
{
    private readonly Meter meter;
    private readonly Counter<long> refusals;

    public RefusalMetrics(IMeterFactory meters)
    {
        meter = meters.Create("Vagus.Server");
        refusals = meter.CreateCounter<long>("vagus.http.refusals", "{request}", "HTTP requests that were refused, by kind and door");
    }

    public void Dispose() => meter.Dispose();

    public void Refused(string kind, string door) =>
        refusals.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("door", door));
}
