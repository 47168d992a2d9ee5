using System.Diagnostics;
using Vagus.Access;
using Vagus.Access.Policies;
using Vagus.Identity;
using Vagus.Server.Checkup;
using Vagus.Server.Describing;
using Vagus.Server.Edge;
using Vagus.Server.Observing;
using Vagus.Server.Web;
using Vagus.Storage;
using Vagus.Storage.Migrations;
using Vagus.Storage.Writing;

namespace Vagus.Server;

/// <summary>The server: migrations, then the endpoints, until it is told to stop or storage fails.</summary>
internal static partial class Serving
{
    /// <summary>Exit codes as sysexits.h names them: EX_SOFTWARE, EX_IOERR, EX_CONFIG.</summary>
    internal const int NotStartedExitCode = 1;
    private const int PartFailedExitCode = 70;
    private const int StorageFailedExitCode = 74;
    internal const int RefusedExitCode = 78;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    /// <summary>The paced drain of sockets takes 30 s at the most; the rest is for answers under way, leases and anchors.</summary>
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(35);

    /// <summary>After this a program that was told to stop ends as it is. Supervisors wait for longer (deploy/).</summary>
    internal static readonly TimeSpan EndsWithin = StopsWithin + TimeSpan.FromSeconds(3);

    public static async Task<int> Run(ServerOptions options, CancellationToken cancel)
    {
        if (await Refuses(Safety.Refusals(options))) return RefusedExitCode;

        await using var app = Build(options);
        if (options.IsExposed && await Safety.RefusalOf(app.Services.GetRequiredService<Database>(), cancel) is { } refusal
            && await Refuses([refusal])) return RefusedExitCode;
        foreach (var warning in Safety.Warnings(options)) Log.Warned(app.Logger, warning);
        AddThreadsThatWait();
        return await Serve(app, cancel);
    }

    /// <summary>
    /// Under load a thread of the pool waits for the disk in the lane's commits, and one in the journal's. The pool begins with a thread
    /// per core and does not see that they wait: on two cores hardly any would be left for requests.
    /// </summary>
    private static void AddThreadsThatWait()
    {
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(workers + 2, ports);
    }

    private static async Task<bool> Refuses(IEnumerable<string> reasons)
    {
        var any = false;
        foreach (var reason in reasons)
        {
            any = true;
            await Console.Error.WriteLineAsync($"Refusing to start: {reason}");
        }

        return any;
    }

    /// <summary>
    /// Serves until the application is told to stop (0) or something fails: then the code makes a supervisor start another process.
    /// </summary>
    internal static async Task<int> Serve(WebApplication app, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        await app.Services.GetRequiredService<Migrator>().Run(cancel);
        try
        {
            await app.StartAsync(cancel);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested && AnyPartFailed(app.Services))
        {
            // The part failed before the addresses were open: the host gave up its own start.
            return PartFailedExitCode;
        }

        Log.Ready(app.Logger, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds, string.Join(' ', app.Urls));

        var failed = app.Services.GetRequiredService<StorageFailure>().Failed;
        await Task.WhenAny(app.WaitForShutdownAsync(cancel), failed);
        if (!failed.IsCompleted) return AnyPartFailed(app.Services) ? PartFailedExitCode : 0;

        // Nothing is acknowledged any more: a new process reads what is really on the disk.
        Log.StorageFailed(app.Logger);
        using var limit = new CancellationTokenSource(LastWords);
        await app.StopAsync(limit.Token);
        return StorageFailedExitCode;
    }

    /// <summary>The host stops when a background service ends with an exception, and does not say that this was the reason.</summary>
    private static bool AnyPartFailed(IServiceProvider services) =>
        services.GetServices<IHostedService>().OfType<BackgroundService>().Any(part => part.ExecuteTask is { IsFaulted: true });

    /// <param name="add">What a test adds to the server's services.</param>
    internal static WebApplication Build(ServerOptions options, Action<IServiceCollection>? add = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        // The framework's own switch for forwarded headers would trust every client.
        builder.Configuration["ForwardedHeaders_Enabled"] = "false";
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseUrls([.. options.Urls]);
        builder.WebHost.Limit(options);
        options.LogLevels.Apply(builder.Logging);
        builder.Services.AddVagus(options);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopsWithin);
        builder.Services.AddProblemDetails();
        builder.Services.AddAnswerCompression();
        builder.Services.AddSingleton(options);
        builder.Services.AddApiDescription(options.Roles);
        builder.Services.AddTelemetry(options);
        builder.Services.AddSingleton(_ => new Buckets(options.Edge));
        builder.Services.AddSingleton<Availability>();
        add?.Invoke(builder.Services);
        return Map(builder.Build(), options);
    }

    private static WebApplication Map(WebApplication app, ServerOptions options)
    {
        if (options.BehindProxy) app.UseForwardedHeaders(options.Proxies.Forwarding());
        app.UseMiddleware<CountRefusals>();
        app.UseMiddleware<LastResort>();
        app.UseMiddleware<SafeHeaders>();
        if (options.Hosts() is { } hosts) app.UseMiddleware<KnownHosts>(hosts);
        app.Use((context, next) => HttpEdge.LimitBody(context, next, options));
        app.UseAnswerCompression();
        app.UseRoutingRefusals();
        app.UseWebSockets();
        app.UseMiddleware<LimitSockets>(options);
        app.UseRouting();
        app.Use(HttpEdge.RefuseNul);
        app.Use(LimitRates.OfAddress);
        app.UseIdentity();
        app.UseAccess();
        app.Use(LimitRates.OfCaller);
        app.MapGet("/health/live", () => Results.Ok()).AllowAnyone("a supervisor asks whether the process lives")
            .AuditsNothing("it holds no data");
        app.MapGet("/health/ready", Readiness.Answer).AllowAnyone("a load balancer asks whether to send callers")
            .AuditsNothing("it holds no data");
        app.MapRoles(options.Roles);
        app.MapApiDescription();
        app.MapIdentity();
        app.MapAccess();
        return app;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Vagus is ready after {Milliseconds} ms on {Addresses}")]
        public static partial void Ready(ILogger logger, long milliseconds, string addresses);

        [LoggerMessage(3, LogLevel.Warning, "{Warning}")]
        public static partial void Warned(ILogger logger, string warning);

        [LoggerMessage(2, LogLevel.Critical, "Storage failed: the server stops")]
        public static partial void StorageFailed(ILogger logger);
    }
}
