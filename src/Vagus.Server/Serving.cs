using System.Diagnostics;
using Vagus.Access;
using Vagus.Access.Policies;
using Vagus.Fhir;
using Vagus.Realtime;
using Vagus.Server.Web;
using Vagus.Storage.Migrations;
using Vagus.Storage.Writing;

namespace Vagus.Server;

/// <summary>The server: migrations, then the endpoints, until it is told to stop or storage fails.</summary>
internal static partial class Serving
{
    private const int StorageFailedExitCode = 74;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    public static async Task<int> Run(ServerOptions options, CancellationToken cancel)
    {
        if (options.Insecurity() is { } insecurity)
        {
            await Console.Error.WriteLineAsync($"Refusing to start: {insecurity}");
            return 78;
        }

        var started = Stopwatch.GetTimestamp();
        await using var app = Build(options);
        await app.Services.GetRequiredService<Migrator>().Run(cancel);
        await app.StartAsync(cancel);
        Log.Ready(app.Logger, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds, string.Join(' ', app.Urls));

        var failed = app.Services.GetRequiredService<StorageFailure>().Failed;
        await Task.WhenAny(app.WaitForShutdownAsync(cancel), failed);
        if (!failed.IsCompleted) return 0;

        // Nothing is acknowledged any more: end, so that whoever supervises us starts a process that reads what is really on the disk.
        Log.StorageFailed(app.Logger);
        using var limit = new CancellationTokenSource(LastWords);
        await app.StopAsync(limit.Token);
        return StorageFailedExitCode;
    }

    internal static WebApplication Build(ServerOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls([.. options.Urls]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.Fhir.BodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddVagus(options);
        builder.Services.AddProblemDetails();
        builder.Services.AddAnswerCompression();
        return Map(builder.Build());
    }

    private static WebApplication Map(WebApplication app)
    {
        app.UseMiddleware<LastResort>();
        app.UseMiddleware<SafeHeaders>();
        app.UseAnswerCompression();
        app.UseWebSockets();
        app.UseRouting();
        app.UseAccess();
        app.MapGet("/health/live", () => Results.Ok()).AllowAnyone("a supervisor asks whether the process lives");
        app.MapGet("/health/ready", Readiness.Answer).AllowAnyone("a load balancer asks whether to send callers");
        app.MapFhir();
        app.MapRealtime();
        app.MapWebApps();
        app.MapAccess();
        return app;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Vagus is ready after {Milliseconds} ms on {Addresses}")]
        public static partial void Ready(ILogger logger, long milliseconds, string addresses);

        [LoggerMessage(2, LogLevel.Critical, "Storage failed: the server stops")]
        public static partial void StorageFailed(ILogger logger);
    }
}
