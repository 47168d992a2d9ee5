using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Vagus.Access.Visibility;
using Vagus.Bus.Connecting;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;

namespace Vagus.Bus.Publishing;

/// <summary>The streams of all tenants that this process has published for or looked at.</summary>
internal sealed class Streams : IDisposable
{
    private readonly ConcurrentDictionary<TenantId, TenantStream> all = new();
    private readonly StreamTools tools;

    public Streams(
        NatsLine line, EventLog log, Cursors cursors, IReadEventLabels labels, BusOptions options, BusMeter meter, ILogger<Streams> logger)
    {
        tools = new StreamTools(line, log, cursors, labels, options, meter, logger);
        meter.RefusedStreams = () => all.Values.Count(stream => stream.IsRefused);
    }

    public TenantStream Of(TenantId tenant) => all.GetOrAdd(tenant, key => new TenantStream(tools, key));

    public void Dispose()
    {
        foreach (var stream in all.Values) stream.Dispose();
    }
}
