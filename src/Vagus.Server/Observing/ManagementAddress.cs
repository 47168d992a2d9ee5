using Microsoft.AspNetCore.Http.Features;
using OpenTelemetry.Metrics;
using Vagus.Storage;

namespace Vagus.Server.Observing;

/// <summary>
/// A web server of its own for operators: <c>/metrics</c> in Prometheus' text form, and health. It shares no endpoint with the public
/// addresses, so neither can serve what belongs to the other.
/// </summary>
internal sealed partial class ManagementAddress(
    ServerOptions options, MeterProvider meters, Database database, Availability availability, TimeProvider clock,
    ILogger<ManagementAddress> logger)
    : IHostedService, IAsyncDisposable
{
    private WebApplication? app;

    /// <summary>Where it listens; empty before it does.</summary>
    public IEnumerable<string> Urls => app?.Urls ?? [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        app = Build();
        await app.StartAsync(cancellationToken);
        Log.Listening(logger, string.Join(' ', app.Urls));
    }

    public Task StopAsync(CancellationToken cancellationToken) => app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls([.. options.ManagementUrls]);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(database);
        builder.Services.AddSingleton(availability);
        builder.Services.AddSingleton(options.Access.Anchors);
        builder.Services.AddSingleton(clock);
        builder.Services.AddSingleton(options);
        var built = builder.Build();
        built.Use(LeaveUnmeasured);
        built.UseOpenTelemetryPrometheusScrapingEndpoint(
            meters, predicate: null, path: "/metrics", configureBranchedPipeline: null, optionsName: null);
        built.MapGet("/health/live", () => Results.Ok());
        built.MapGet("/health/ready", Readiness.AnswerInDetail);
        return built;
    }

    /// <summary>The requests of operators are not those of clients: the metrics of HTTP leave them out.</summary>
    private static Task LeaveUnmeasured(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics) metrics.MetricsDisabled = true;
        return next(context);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Metrics and health for operators listen on {Addresses}")]
        public static partial void Listening(ILogger logger, string addresses);
    }
}
