using Microsoft.Extensions.Logging;
using NATS.Client.JetStream;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Bus.Intake;

/// <summary>
/// One message of a tenant's intake: its event is in the log and the message acknowledged, or it is put aside with a reason. Failures that
/// say nothing about the event, such as a database that does not answer, are waited out without limit.
/// </summary>
internal sealed partial class TakeMessage(
    OfferEvent offer, DeadLetters dead, BusOptions options, TimeProvider clock, ILogger<TakeMessage> logger)
{
    /// <summary>
    /// A message that was given out so often without an answer has met long outages, or ends the process each time: which of them is not
    /// known. One further defect is enough to put it aside; an outage never is.
    /// </summary>
    private const ulong ManyDeliveries = 25;

    /// <summary>Returns when the message is acknowledged; or given back, where the tenant is served by another installation.</summary>
    public async ValueTask Take(TenantId tenant, INatsJSMsg<byte[]> message, CancellationToken cancel)
    {
        var refusal = await Refuse(tenant, message, cancel);
        if (IsElsewhere(refusal))
        {
            await message.NakAsync(cancellationToken: cancel);
            return;
        }

        if (refusal is not null) await dead.Put(tenant, message, refusal, cancel);
        await message.AckAsync(cancellationToken: cancel);
    }

    /// <summary>The tenant is on its way, or was moved: another installation takes what waits for it.</summary>
    private static bool IsElsewhere(Refusal? refusal) => refusal?.Code is NotStopped.MovedCode or NotStopped.StoppedCode;

    /// <summary>Null when the event is in the log. Passing refusals but one are waited out.</summary>
    private async ValueTask<Refusal?> Refuse(TenantId tenant, INatsJSMsg<byte[]> message, CancellationToken cancel)
    {
        var (sequence, delivered) = (message.Metadata?.Sequence.Stream ?? 0, message.Metadata?.NumDelivered ?? 1);
        var isGivenOutOften = delivered > ManyDeliveries;
        if (isGivenOutOften) Log.GivenOutOften(logger, tenant.Value, sequence, delivered);
        var attempts = isGivenOutOften ? 1 : options.Limits.Attempts;
        var defects = 0;
        for (var tries = 1; ; tries++)
        {
            var outcome = await offer.Once(tenant, message, cancel);
            if (outcome.IsTaken) return null;
            if (outcome.Refusal is { } refusal && (!outcome.IsPassing || IsElsewhere(refusal))) return refusal;
            if (outcome.Defect is { } defect && ++defects >= attempts) return isGivenOutOften ? GivenOutTooOften(defect) : Failed(defect);
            Log.Waits(logger, tenant.Value, sequence, outcome.Defect ?? outcome.Refusal?.Code ?? "", tries);
            await Pause(message, tries, cancel);
        }
    }

    private async ValueTask Pause(INatsJSMsg<byte[]> message, int tries, CancellationToken cancel)
    {
        var (first, longest) = (options.Limits.FirstPause, options.Limits.LongestPause);
        var pause = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Min(tries, 20) - 1), longest.TotalMilliseconds);
        await Task.Delay(TimeSpan.FromMilliseconds(pause), clock, cancel);
        // NATS gives it to no other node meanwhile.
        await message.AckProgressAsync(cancellationToken: cancel);
    }

    // The place of the defect, and nothing of the event.
    private static Refusal Failed(string defect) => new(RefusalKind.Unprocessable, "failed", $"The event could not be taken: {defect}.");

    private static Refusal GivenOutTooOften(string defect) => new(
        RefusalKind.Unprocessable, "delivered_too_often",
        $"The message was given out again and again without an answer, and could not be taken then: {defect}.");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Tenant {Tenant}: the message {Sequence} of the intake waits ({Cause}), try {Count}")]
        public static partial void Waits(ILogger logger, string tenant, ulong sequence, string cause, int count);

        [LoggerMessage(2, LogLevel.Warning,
            "Tenant {Tenant}: the message {Sequence} of the intake was given out {Count} times without an answer; it is tried once more")]
        public static partial void GivenOutOften(ILogger logger, string tenant, ulong sequence, ulong count);
    }
}
