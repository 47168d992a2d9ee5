using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Holding;

/// <summary>
/// Sends what is due, one after the other in the order of its times. When something is due stands in the database, so a restart and another
/// node go on where the last one ended; each message is removed from what waits in the write that sends it, so a turn that comes late or
/// twice sends nothing again.
/// </summary>
internal sealed partial class ReleaseHeld(
    Database database, SendHeld sending, GroupCommit commit, TimeProvider clock, ILogger<ReleaseHeld> logger) : LeasedDuty
{
    private const int AtOnce = 200;
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    public override string Name => "message-release";

    public override TimeSpan Interval => TimeSpan.FromSeconds(1);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        foreach (var held in await HeldMessage.Due(database, clock.GetUtcNow(), AtOnce, cancel)) await Release(held, cancel);
    }

    private async ValueTask Release(HeldMessage held, CancellationToken cancel)
    {
        try
        {
            var sent = await sending.Run(held, cancel);
            if (sent.Refusal is not { } refusal || refusal == MessagingRefusals.NoHeld) return;
            if (SendHeld.IsFinal(refusal))
            {
                Log.Refused(logger, held.Tenant.Value, held.Id, refusal.Code);
                return;
            }

            // It stays due, before what its author has written since.
            Log.Waits(logger, held.Tenant.Value, held.Id, refusal.Code);
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            // The top of one message's turn: it must not hold up the others, and comes again.
            Log.Failed(logger, held.Tenant.Value, held.Id, FailureName.Of(cause));
            await commit.Write<bool>(
                held.Tenant, async (write, stop) => await held.Postpone(write, write.At + AfterFailure, stop), cancel);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            7302, LogLevel.Warning, "Tenant {Tenant}: the message {Message} that was due was not sent ({Code}); its author is shown why")]
        public static partial void Refused(ILogger logger, string tenant, string message, string code);

        [LoggerMessage(
            7316, LogLevel.Warning, "Tenant {Tenant}: the message {Message} that was due was not sent ({Code}) and is tried again")]
        public static partial void Waits(ILogger logger, string tenant, string message, string code);

        [LoggerMessage(7303, LogLevel.Error, "Tenant {Tenant}: the message {Message} that was due failed ({Cause}) and is tried again")]
        public static partial void Failed(ILogger logger, string tenant, string message, string cause);
    }
}
