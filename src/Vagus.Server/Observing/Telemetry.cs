using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Vagus.Server.Observing;

/// <summary>
/// Which meters and spans leave the process, and how (docs/decisions/0019). Without a management address and a collector none is
/// collected.
/// </summary>
internal static class Telemetry
{
    public const string ServiceName = "vagus";

    /// <summary>Ours, the web server's, the runtime's and the database driver's.</summary>
    private static readonly string[] Meters =
    [
        "Vagus.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql",
    ];

    public static string Version { get; } =
        typeof(Telemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public static void AddTelemetry(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<RefusalMetrics>();
        if (options.ManagementUrls.Count == 0 && !options.ExportsTelemetry) return;

        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(ServiceName, serviceVersion: Version))
            .WithMetrics(metrics => Collect(metrics, options));
        if (options.ExportsTelemetry) telemetry.WithTracing(Trace).UseOtlpExporter();
        if (options.ManagementUrls.Count == 0) return;

        services.AddSingleton<ManagementAddress>();
        services.AddHostedService(provider => provider.GetRequiredService<ManagementAddress>());
    }

    /// <summary>The spans of a request, of its write and of the statements of PostgreSQL.</summary>
    internal static void Trace(TracerProviderBuilder traces) => traces
        .AddAspNetCoreInstrumentation(http =>
        {
            http.RecordException = false;
            http.EnrichWithHttpResponse = (span, answer) => SpanNames.Generalize(span, answer.HttpContext);
        })
        .AddSource("Vagus.*", "Npgsql");

    private static void Collect(MeterProviderBuilder metrics, ServerOptions options)
    {
        metrics.AddMeter(Meters);
        if (options.ManagementUrls.Count > 0) metrics.AddPrometheusExporter();
    }
}
