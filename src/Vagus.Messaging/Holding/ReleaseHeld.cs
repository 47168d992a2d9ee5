using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;

namespace Vagus.Messaging.Holding;

/// <summary>
/// Sends what is due, of each thread one after the other in the order of its times. When something is due stands in the database, so a
/// restart and another node go on where the last one ended; each message is removed from what waits in the write that sends it, so a turn
/// that comes late or twice sends nothing again.
/// </summary>
internal sealed partial class ReleaseHeld(
    Database database, SendHeld sending, TimeProvider clock, ILogger<ReleaseHeld> logger) : LeasedDuty
{
    private const int AtOnce = 200;
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    // The whole thread waits, so that no later message of it is sent before one that could not be. Its messages stay due.
    private readonly Dictionary<(TenantId Tenant, string Thread), DateTimeOffset> waiting = [];

    public override string Name => "message-release";

    public override TimeSpan Interval => TimeSpan.FromSeconds(1);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        foreach (var (thread, until) in waiting.ToList())
        {
            if (until <= now) waiting.Remove(thread);
        }

        foreach (var held in await HeldMessage.Due(database, now, AtOnce, cancel))
        {
            var thread = (held.Tenant, held.ThreadId);
            if (!waiting.ContainsKey(thread) && !await Release(held, cancel)) waiting[thread] = now + AfterFailure;
        }
    }

    /// <summary>False where it could not be sent at this moment.</summary>
    private async ValueTask<bool> Release(HeldMessage held, CancellationToken cancel)
    {
        try
        {
            var sent = await sending.Run(held, cancel);
            if (sent.Refusal is not { } refusal || refusal == MessagingRefusals.NoHeld) return true;
            if (SendHeld.IsFinal(refusal))
            {
                Log.Refused(logger, held.Tenant.Value, held.Id, refusal.Code);
                return true;
            }

            Log.Waits(logger, held.Tenant.Value, held.Id, refusal.Code);
            return false;
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            // The top of one message's turn: it must not hold up other threads, and comes again.
            Log.Failed(logger, held.Tenant.Value, held.Id, FailureName.Of(cause));
            return false;
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
