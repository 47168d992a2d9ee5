using Microsoft.Extensions.Logging;
using Vagus.Kernel;

namespace Vagus.Storage.Writing;

/// <summary>What the lanes tell operators: log lines and figures.</summary>
internal sealed partial class LaneReport(StorageMeter meter, ILogger<GroupCommit> logger)
{
    public void Committed(int writes, TimeSpan took) => meter.Committed(writes, took);

    public void Refused(string code, int writes) => meter.Refused(code, writes);

    public void StorageFailed(Exception cause) => Log.StorageFailed(logger, cause.GetType().Name, EngineFaults.CodeOf(cause));

    public void GroupLost(int count, Exception cause) => Log.GroupLost(logger, count, cause.GetType().Name, EngineFaults.CodeOf(cause));

    public void LaneEnded(Exception cause) =>
        Log.LaneEnded(logger, cause.GetType().Name, EngineFaults.CodeOf(cause), (cause.StackTrace ?? "").ReplaceLineEndings(" "));

    public void NotClosed(Exception cause) => Log.NotClosed(logger, cause.GetType().Name, EngineFaults.CodeOf(cause));

    public void HeldBack(TenantId tenant, int leaves) => Log.HeldBack(logger, tenant.Value, leaves);

    public void RunAgain(Exception cause) => Log.RunAgain(logger, cause.GetType().Name, EngineFaults.CodeOf(cause));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical, "Storage failed at a commit ({Cause} {Code}); no write is acknowledged any more")]
        public static partial void StorageFailed(ILogger logger, string cause, string code);

        [LoggerMessage(2, LogLevel.Error, "A group of {Count} writes was lost ({Cause} {Code})")]
        public static partial void GroupLost(ILogger logger, int count, string cause, string code);

        [LoggerMessage(3, LogLevel.Critical, "A write lane ended ({Cause} {Code}); no write is acknowledged any more. {Place}")]
        public static partial void LaneEnded(ILogger logger, string cause, string code, string place);

        [LoggerMessage(4, LogLevel.Warning, "A lost connection could not be closed ({Cause} {Code})")]
        public static partial void NotClosed(ILogger logger, string cause, string code);

        [LoggerMessage(5, LogLevel.Warning, "A group of writes failed ({Cause} {Code}); they run again one by one, or a tenant at a time")]
        public static partial void RunAgain(ILogger logger, string cause, string code);

        [LoggerMessage(6, LogLevel.Error,
            "The leaf log of tenant {Tenant} takes nothing: {Count} acknowledged leaves stay in the journal, and no more are acknowledged")]
        public static partial void HeldBack(ILogger logger, string tenant, int count);
    }
}
