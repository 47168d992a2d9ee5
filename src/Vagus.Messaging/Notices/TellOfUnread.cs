using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Notices;

/// <summary>
/// Tells senders that a patient has not read for two days. The times stand in the database, and each thread is looked at again within its
/// own write: a turn that comes late or twice changes nothing.
/// </summary>
internal sealed partial class TellOfUnread(
    Database database, GroupCommit commit, UnreadByPatients unread, TimeProvider clock, ILogger<TellOfUnread> logger) : LeasedDuty
{
    private const int AtOnce = 100;
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    public override string Name => "message-unread";

    public override TimeSpan Interval => TimeSpan.FromSeconds(20);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        foreach (var (tenant, thread) in await UnreadByPatients.Due(database, clock.GetUtcNow(), AtOnce, cancel))
            await Look(tenant, thread, cancel);
    }

    private async ValueTask Look(TenantId tenant, string thread, CancellationToken cancel)
    {
        try
        {
            var done = await commit.Write<bool>(tenant, (write, stop) => Look(write, thread, stop), cancel);
            if (done.Refusal is { } refusal) Log.Refused(logger, tenant.Value, thread, refusal.Code);
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            // The top of one thread's turn: it must not hold up the others, and comes again.
            Log.Failed(logger, tenant.Value, thread, FailureName.Of(cause));
            await commit.Write<bool>(
                tenant, async (write, stop) => await UnreadByPatients.PutOff(write, thread, write.At + AfterFailure, stop), cancel);
        }
    }

    private async ValueTask<Result<bool>> Look(WriteTransaction write, string id, CancellationToken cancel)
    {
        if (await ThreadRow.Find(write, write.Tenant, id, cancel) is { } thread) await unread.LookAgain(write, thread, cancel);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Tenant {Tenant}: senders in thread {Thread} were not told ({Code}); it is tried again")]
        public static partial void Refused(ILogger logger, string tenant, string thread, string code);

        [LoggerMessage(2, LogLevel.Error, "Tenant {Tenant}: senders in thread {Thread} could not be told ({Cause}); it is tried again")]
        public static partial void Failed(ILogger logger, string tenant, string thread, string cause);
    }
}
