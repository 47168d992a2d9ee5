using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;

namespace Vagus.Access.AuditReading;

/// <summary>Keeps the index of the audit near the end of the logs, so that a search has little to catch up with.</summary>
internal sealed partial class AuditIndexing(AuditIndex index, TimeProvider clock, ILogger<AuditIndexing> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Recurring.Run(Interval, clock, index.CatchUpAll, cause => Log.Failed(logger, FailureName.Of(cause)), stoppingToken);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The index of the audit could not be brought up to date ({Cause}) and is tried again")]
        public static partial void Failed(ILogger logger, string cause);
    }
}
