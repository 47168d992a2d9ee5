using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;

namespace Vagus.Storage.Sql;

/// <summary>
/// Compares the machine's clock with PostgreSQL's. When an alert is due, or a session over, stands in the database by the clock of the node
/// that wrote it, and another node compares it with its own: by so much as the two differ it acts too early or too late.
/// </summary>
internal sealed partial class WatchClock(Database database, StorageMeter meter, TimeProvider clock, ILogger<WatchClock> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);
    private bool isAstray;

    public async ValueTask LookOnce(CancellationToken cancel)
    {
        var ahead = await DatabaseClock.Ahead(database, clock, cancel);
        meter.ClockAhead = ahead;
        var wasAstray = isAstray;
        isAstray = ahead.Duration() > Most;
        if (isAstray && !wasAstray) Log.Astray(logger, ahead.TotalSeconds);
        if (!isAstray && wasAstray) Log.Agrees(logger);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => database.Engine == Engine.Sqlite
        ? Task.CompletedTask
        : Recurring.Run(Interval, clock, LookOnce, cause => Log.Failed(logger, FailureName.Of(cause)), stoppingToken);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error,
            "The clock of this machine is {Seconds:0} s ahead of the database's: alerts are handed on and sessions end too early or too late, "
            + "by as much. Let both take the time from one source (NTP)")]
        public static partial void Astray(ILogger logger, double seconds);

        [LoggerMessage(2, LogLevel.Information, "The clocks of this machine and of the database agree again")]
        public static partial void Agrees(ILogger logger);

        [LoggerMessage(3, LogLevel.Warning, "The clock of the database cannot be asked ({Cause}); trying again")]
        public static partial void Failed(ILogger logger, string cause);
    }
}
