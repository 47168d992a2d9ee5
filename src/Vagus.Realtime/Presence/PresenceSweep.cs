using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;

namespace Vagus.Realtime.Presence;

/// <summary>Ends views that were not renewed.</summary>
internal sealed partial class PresenceSweep(
    PresenceBoard board, ViewResource view, TimeProvider clock, ILogger<PresenceSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Recurring.Run(Interval, clock, EndExpired, cause => Log.Failed(logger, FailureName.Of(cause)), stoppingToken);

    private ValueTask EndExpired(CancellationToken cancel)
    {
        foreach (var (tenant, resource) in board.EndExpired()) view.Tell(tenant, resource);
        return ValueTask.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The sweep of views failed ({Cause}) and is tried again")]
        public static partial void Failed(ILogger logger, string cause);
    }
}
