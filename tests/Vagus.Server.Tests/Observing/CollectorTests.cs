using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Vagus.Testing;

namespace Vagus.Server.Tests.Observing;

/// <summary>OpenTelemetry's own variables name a collector; they are the process's, so these tests run alone.</summary>
[Collection(nameof(Alone))]
public sealed class CollectorTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Without_a_management_address_and_a_collector_nothing_is_collected()
    {
        await using var server = TestServer.Build();

        Assert.Null(server.App.Services.GetService<MeterProvider>());
        Assert.Null(server.App.Services.GetService<TracerProvider>());
    }

    [Fact]
    public async Task A_collector_that_the_variables_name_gets_metrics_and_traces()
    {
        using var collector = new HttpListener();
        var address = $"http://127.0.0.1:{FreePort.Take()}/";
        collector.Prefixes.Add(address);
        collector.Start();
        var got = new ConcurrentQueue<string>();
        _ = Collect(collector, got);
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", address);
        Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        try
        {
            await using var server = await TestServer.Start();
            using var answer = await server.Http.GetAsync(new Uri(server.Address, "/fhir/metadata"));

            server.Get<TracerProvider>().ForceFlush((int)Limit.TotalMilliseconds);
            server.Get<MeterProvider>().ForceFlush((int)Limit.TotalMilliseconds);
        }
        finally
        {
            Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT", null);
            Environment.SetEnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", null);
        }

        Assert.Contains("/v1/traces", got);
        Assert.Contains("/v1/metrics", got);
    }

    private static async Task Collect(HttpListener collector, ConcurrentQueue<string> got)
    {
        while (true)
        {
            var asked = await collector.GetContextAsync();
            await asked.Request.InputStream.CopyToAsync(Stream.Null);
            got.Enqueue(asked.Request.Url!.AbsolutePath);
            asked.Response.Close();
        }
    }
}
