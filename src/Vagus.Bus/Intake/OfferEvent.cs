using NATS.Client.JetStream;
using Vagus.Access.Sessions;
using Vagus.Bus.Connecting;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Bus.Intake;

/// <summary>
/// The outcome of one attempt: a refusal, the name of a defect, or neither where the event is in the log.
/// </summary>
internal readonly record struct Offer(Refusal? Refusal, string? Defect)
{
    public bool IsTaken => Refusal is null && Defect is null;

    /// <summary>The refusal says nothing about the event.</summary>
    public bool IsPassing => Refusal?.Kind is RefusalKind.Unavailable or RefusalKind.TooMany;
}

/// <summary>
/// Offers a message to the room that takes events, for the service account that its sender stands for. The subject says the sender; NATS
/// lets no other user publish to it.
/// </summary>
internal sealed class OfferEvent(IAcceptEvents room, ServiceCallers callers, BusOptions options, BusMeter meter)
{
    // The database refused the rows of the write: that may be the event's fault, so it is not waited out without limit.
    private const string Unrecorded = "unrecorded";

    public async ValueTask<Offer> Once(TenantId tenant, INatsJSMsg<byte[]> message, CancellationToken cancel)
    {
        try
        {
            if (Check(tenant, message) is { } unfit) return new Offer(unfit, null);
            return await Accept(tenant, message, cancel);
        }
        catch (DatabaseUnreachableException unreachable)
        {
            return new Offer(new Refusal(RefusalKind.Unavailable, unreachable.Code, "The database cannot be reached."), null);
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            // The top of this attempt: a defect in the room that takes it must not hold up all later messages for good.
            return new Offer(null, FailureName.Of(cause));
        }
    }

    private async ValueTask<Offer> Accept(TenantId tenant, INatsJSMsg<byte[]> message, CancellationToken cancel)
    {
        var service = new UserId(SenderOf(tenant, message.Subject)!.Service);
        if (await callers.Find(tenant, service, cancel) is not { } caller) return new Offer(SenderDisabled, null);
        var outcome = await room.Accept(caller, message.Data, cancel);
        if (!outcome.IsRefused) meter.Taken(outcome.Value == EventAcceptance.Duplicate ? "duplicate" : "accepted");
        return outcome.Refusal is { Code: Unrecorded } ? new Offer(null, Unrecorded) : new Offer(outcome.Refusal, null);
    }

    /// <summary>The checks that do not need the room that takes events.</summary>
    private Refusal? Check(TenantId tenant, INatsJSMsg<byte[]> message)
    {
        if (message.Data is not { Length: > 0 } data) return Empty;
        if (data.Length > options.Limits.EventBytes) return TooLarge;
        if (SenderOf(tenant, message.Subject) is null) return UnknownSender;
        var reading = CloudEvent.Read(data);
        if (reading.Event is not { } sent) return new Refusal(RefusalKind.Invalid, "invalid_event", reading.Problem!);
        return sent.TenantId is { } named && named != tenant.Value ? OtherTenant : null;
    }

    private BusSender? SenderOf(TenantId tenant, string subject) =>
        Subjects.SenderOf(subject) is { } name
            ? options.Senders.FirstOrDefault(sender => sender.TenantId == tenant && sender.Name == name) : null;

    private static readonly Refusal Empty = new(RefusalKind.Invalid, "empty", "The message holds nothing.");

    private static readonly Refusal TooLarge = new(RefusalKind.TooLarge, "too_large", "The message is larger than an event may be.");

    private static readonly Refusal UnknownSender = new(
        RefusalKind.Forbidden, "unknown_sender", "The subject names no sender that may send for this tenant.");

    private static readonly Refusal SenderDisabled = new(
        RefusalKind.Forbidden, "sender_disabled", "The service account of the sender is not there or disabled.");

    private static readonly Refusal OtherTenant = new(
        RefusalKind.Forbidden, "other_tenant", "The event names another tenant than its subject.");
}
