using Vagus.Access.Audit;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Subscribing;

/// <summary>A notification that this process sends.</summary>
/// <param name="Row">The subscription, with the end of the lease as its due time.</param>
/// <param name="Type">The type of the notification.</param>
/// <param name="Last">The number up to which the receiver has all, once it has taken this.</param>
/// <param name="Body">The Bundle.</param>
/// <param name="Notice">The statement that goes with its content; null where it needs none.</param>
internal sealed record TakenNotification(SubscriptionRow Row, string Type, long Last, byte[] Body, string? Notice);

/// <summary>
/// Takes what is due of one subscription for an attempt: what the owner may be told now, in the audit before it leaves. Where there is
/// nothing to be told any more, the subscription ends.
/// </summary>
internal sealed class TakeNotification(
    Database database, GroupCommit commit, OwnersReach owners, NotifiedEvents events, MoveSubscription moving, FhirOptions options,
    OwnBases own, IdSource ids, TimeProvider clock)
{
    private const string OverText = "The time of the subscription is over.";
    private const string NoTopicText = "The topic that the subscription follows is gone, or does not take its filters any more.";
    private const string LostText = "The owner may not follow what the subscription is about any more.";

    // Longer than one attempt takes: another process must not begin the same one.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(15);

    /// <summary>Null: nothing is to be sent now.</summary>
    public async ValueTask<TakenNotification?> Run(SubscriptionRow read, CancellationToken cancel)
    {
        var row = await database.QueryOne(SubscriptionTables.Find, [read.Tenant.Value, read.Id], SubscriptionRow.Of, cancel);
        if (row?.DueAt is not { } due || Instant.FromMicroseconds(due) > clock.GetUtcNow()) return null;
        if (!row.IsReadable) throw new InvalidDataException("A subscription has no plan that can be read.");
        if (row.EndsAt <= clock.GetUtcNow()) return await End(row, OverText, cancel);
        var isInError = row.Status == SubscriptionBody.Error;
        if (!isInError && row.HasLostTopic) return await LoseTopic(row, cancel);
        if (await owners.Following(row, cancel) is not { } reach) return await End(row, LostText, cancel);
        if (isInError || !row.Pushes || HasNothingToSend(row)) return await Rest(row, cancel);
        var call = SubscriptionCalls.AsOwner(row, reach, options, own, clock, cancel);
        var notification = new Notification(row, TypeOf(row), row.Status, row.Events) { BaseUrl = call.BaseUrl };
        if (notification.Type != Backport.EventNotification) return await Claim(call, row, notification, row.Delivered, notice: null);
        var page = await events.Read(call, row, row.Delivered + 1, row.Events, row.Plan.Most);
        if (page.Events.Count == 0) return await PassOver(row, cancel);
        var last = page.Events[^1].Number;
        return await Claim(call, row, notification with { Events = page.Events, Count = last }, last, page.Notice);
    }

    /// <summary>Signs of life go to those who ask for them, and no mail says that nothing has happened.</summary>
    private static bool HasNothingToSend(SubscriptionRow row) =>
        row.IsActive && row.Events == row.Delivered && row.Plan.Heartbeat is null;

    private static string TypeOf(SubscriptionRow row) => row.IsActive
        ? row.Events > row.Delivered ? Backport.EventNotification : Backport.HeartbeatType : Backport.Handshake;

    private async ValueTask<TakenNotification?> End(SubscriptionRow row, string text, CancellationToken cancel)
    {
        await moving.End(row, text, cancel);
        return null;
    }

    /// <summary>What has become due with nothing to be done waits for its next time, and stands in nobody's way.</summary>
    private async ValueTask<TakenNotification?> Rest(SubscriptionRow row, CancellationToken cancel)
    {
        await commit.Write<bool>(
            row.Tenant,
            async (write, stop) => await write.Execute(
                SubscriptionTables.Rest, [row.EndsAt?.ToMicroseconds(), row.Tenant.Value, row.Id, row.DueAt], stop) == 1,
            cancel);
        return null;
    }

    /// <summary>
    /// What retention has removed, or a restore left out, is not told any more: a notification of events has at least one. The receiver
    /// finds the hole by the next number.
    /// </summary>
    private async ValueTask<TakenNotification?> PassOver(SubscriptionRow row, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        object?[] values =
        [
            row.Events, now.ToMicroseconds(), row.NextAfter(now)?.ToMicroseconds(), row.Tenant.Value, row.Id, row.DueAt,
        ];
        await commit.Write<bool>(
            row.Tenant, async (write, stop) => await write.Execute(SubscriptionTables.PassOver, values, stop) == 1, cancel);
        return null;
    }

    private async ValueTask<TakenNotification?> LoseTopic(SubscriptionRow row, CancellationToken cancel)
    {
        await moving.Fail(row, Backport.TopicGone, NoTopicText, outcome: null, cancel);
        return null;
    }

    private async ValueTask<TakenNotification?> Claim(
        FhirCall call, SubscriptionRow row, Notification notification, long last, string? notice)
    {
        var now = clock.GetUtcNow();
        var until = (now + row.Plan.Attempt + Margin).ToMicroseconds();
        var claimed = await commit.Write<bool>(
            row.Tenant,
            async (write, cancel) =>
            {
                object?[] claim = [until, row.Plan.Receiver, row.Tenant.Value, row.Id, row.DueAt];
                if (await write.Execute(SubscriptionTables.Claim, claim, cancel) != 1) return false;
                if (notification.Events.Count == 0) return true;
                AuditTrail.Add(write, notification.EntryOf(call));
                foreach (var disclosed in notification.DisclosuresOf(call)) AuditTrail.Add(write, disclosed);
                return true;
            },
            call.Cancel);
        if (claimed.IsRefused || !claimed.Value) return null;
        var body = NotificationBundle.Write(notification, ids.NewId(), now);
        if (row.Plan.IsMessage) body = NotificationMessage.Write(notification, body, (ids.NewId(), ids.NewId()), now);
        return new TakenNotification(
            row with { DueAt = until, IsHeld = true }, notification.Type, last, body,
            notification.Content == Backport.FullResource ? notice : null);
    }
}
