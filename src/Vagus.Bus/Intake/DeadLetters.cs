using System.Globalization;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;
using Vagus.Access.Audit;
using Vagus.Bus.Connecting;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Bus.Intake;

/// <summary>
/// Puts a message that cannot be taken aside, with the reason, into the tenant's stream of dead letters: as it came, for its sender to mend
/// and send again. It is taken from the intake only after NATS has acknowledged it here. With these headers a message may be larger than
/// NATS takes: it is put aside without its body then, since it would hold up the tenant's intake otherwise.
/// </summary>
internal sealed partial class DeadLetters(NatsLine line, AuditTrail audit, BusMeter meter, ILogger<DeadLetters> logger)
{
    /// <param name="tenant">Whose intake it came by.</param>
    /// <param name="message">As it came.</param>
    /// <param name="refusal">Why. Code and text hold no patient data.</param>
    /// <param name="cancel">Cancelled when the process stops.</param>
    public async ValueTask Put(TenantId tenant, INatsJSMsg<byte[]> message, Refusal refusal, CancellationToken cancel)
    {
        var sequence = message.Metadata?.Sequence.Stream ?? 0;
        if (refusal.Kind == RefusalKind.Forbidden) await Record(tenant, sequence, refusal);
        var headers = new NatsHeaders
        {
            ["Vagus-Reason"] = HeaderText.Write(refusal.Code),
            ["Vagus-Reason-Text"] = HeaderText.Write(refusal.Message),
            ["Vagus-Subject"] = HeaderText.Write(message.Subject),
            ["Vagus-Sequence"] = sequence.ToString(CultureInfo.InvariantCulture),
            // A sequence is given once in the life of a stream: its time tells it from a stream that was made anew.
            ["Nats-Msg-Id"] = string.Create(CultureInfo.InvariantCulture, $"{sequence}-{message.Metadata?.Timestamp.UtcTicks}"),
        };
        var body = message.Data ?? [];
        if (SizeOf(headers) + body.Length > line.MaxPayload)
        {
            headers["Vagus-Size"] = body.Length.ToString(CultureInfo.InvariantCulture);
            body = [];
        }

        var answer = await line.JetStream.PublishAsync(
            Subjects.Dead(tenant), body, NatsRawSerializer<byte[]>.Default, opts: null, headers, cancel);
        answer.EnsureSuccess();
        meter.Died(refusal.Code);
        Log.Put(logger, tenant.Value, sequence, refusal.Code);
    }

    /// <summary>As NATS counts them towards its <c>max_payload</c>: a first line, a line each, an empty line.</summary>
    private static int SizeOf(NatsHeaders headers) =>
        "NATS/1.0\r\n\r\n".Length + headers.Sum(header => header.Key.Length + header.Value.ToString().Length + ": \r\n".Length);

    /// <summary>The room that takes events records its own refusals; this one came before it.</summary>
    private async ValueTask Record(TenantId tenant, ulong sequence, Refusal refusal)
    {
        var unwritten = await audit.Append(tenant, AuditEntry.Of(AuditActions.RefusedAtDoor, AuditOrigin.Unknown) with
        {
            On = "NATS intake",
            Outcome = AuditOutcome.MinorFailure,
            Reason = refusal.Code,
            Detail = string.Create(CultureInfo.InvariantCulture, $"sequence={sequence}"),
        });
        // The message comes again.
        if (unwritten is not null) throw new DatabaseUnreachableException(unwritten.Code);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Tenant {Tenant}: the message {Sequence} of the intake is a dead letter ({Reason})")]
        public static partial void Put(ILogger logger, string tenant, ulong sequence, string reason);
    }
}
