using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Outgoing;
using Vagus.Access.Tenants;
using Vagus.Access.Visibility;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Store;
using Vagus.Fhir.Subscribing.OwnTopics;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// The rows of subscriptions, changed in the commit of their resources. A subscription is told with its owner's rights, so it is changed by
/// its owner alone; one that asks for what this server cannot tell is refused, and never only half done (requirements 9 and 63).
/// </summary>
internal sealed class KeepSubscriptions(Receivers receivers, SealedHeaders headers, IMailStaff mails, FhirOptions options)
    : IAcceptChanges
{
    private const string Criteria = "Subscription.criteria";
    private const long MostOfTenant = 20_000;
    private const long MostOfOwner = 10_000;

    public string ResourceType => SubscriptionBody.Type;

    public async ValueTask<Refusal?> Accept(FhirCall call, WriteTransaction write, ResourceChange change)
    {
        var known = await write.QueryOne(SubscriptionTables.Find, [write.Tenant.Value, change.Id], SubscriptionRow.Of, call.Cancel);
        var position = await write.NextPosition(call.Cancel) - 1;
        if (call.MovesSubscription is { } move) return await Move(write, known, position, move, call.Cancel);
        var isEnded = change.After is null && call.Caller is { Role: Role.Admin, App: null };
        if (known is not null && known.Owner.Name != call.Caller.OwnerName && !isEnded) return NotOwned;
        if (change.After is null) return await Delete(write, change.Id, position, call.Cancel);
        // Written by a token of fewer scopes it would be asked by them, with the numbers of what it was told by more.
        if (known?.Owner.IsAskedBy(call.Caller) == false) return FhirRefusals.NotFound(SubscriptionBody.Type, change.Id);
        var read = SubscriptionForm.Read(change.After.Value, receivers);
        if (read.Refusal is { } unfit) return unfit;
        return await Keep(call, write, change, known, read.Value, position);
    }

    private async ValueTask<Refusal?> Keep(
        FhirCall call, WriteTransaction write, ResourceChange change, SubscriptionRow? known, SubscriptionForm form, long position)
    {
        // It would be told by more rights than its author has.
        if (call.Reach.Ceiling is not null && call.Caller.App is null) return OfNobody;
        if (form.EndsAt <= write.At) return SubscriptionForm.No("Subscription.end", "The end lies in the past.");
        if (headers.Refuse(write.Tenant, change.Id, change.Withheld, known?.SealedHeaders) is { } unsent) return unsent;
        if (known is not null && SealedHeaders.Follow(change.Withheld, known.Plan.Endpoint, form.Endpoint)) return OfAnotherReceiver;
        var planned = await PlanOf(call, write, form);
        if (planned.Refusal is { } unplanned) return unplanned;
        if (await RefuseAddress(write, planned.Value, call.Cancel) is { } unmailed) return unmailed;
        if (await RefuseTopic(call, write, planned.Value) is { } untold) return untold;
        var isBroad = form.Status != SubscriptionBody.Off && planned.Value.IsBroad(call);
        var isOneMore = isBroad && !(known is { IsReadable: true, Status: not SubscriptionBody.Off } && known.Plan.IsBroad(call));
        if (await RefuseMore(call, write, change.Id, isOneMore) is { } full) return full;
        object?[] row =
        [
            write.Tenant.Value, change.Id, position, call.Caller.User.Value, form.Status, SubscriptionRow.BodyOf(planned.Value),
            headers.Seal(write.Tenant, change.Id, change.Withheld, known?.SealedHeaders), form.EndsAt?.ToMicroseconds(),
            write.At.ToMicroseconds(), form.Pushes, DueAt(form, write.At)?.ToMicroseconds(),
            planned.Value.OwnTopic, planned.Value.Receiver, isBroad, .. AppOf(SubscriptionOwner.Of(call.Caller)),
        ];
        await KeepFormer(write, known, (form.Status, planned.Value), position, call.Cancel);
        await write.Execute(SubscriptionTables.Keep, row, call.Cancel);
        return null;
    }

    private static object?[] AppOf(SubscriptionOwner owner) =>
        [owner.App?.Id, owner.App?.Scopes, owner.App?.Patient?.Value, owner.Session?.Value];

    private static async ValueTask KeepFormer(
        WriteTransaction write, SubscriptionRow? known, (string Status, SubscriptionPlan Plan) now, long position, CancellationToken cancel)
    {
        if (known is not { IsReadable: true }) return;
        var (wasOff, isOff) = (known.Status == SubscriptionBody.Off, now.Status == SubscriptionBody.Off);
        if (wasOff == isOff && (isOff || known.Plan.AsksAs(now.Plan))) return;
        var body = wasOff ? FormerTables.Nothing : SubscriptionRow.BodyOf(known.Plan);
        object?[] former = [write.Tenant.Value, known.Id, position, body, write.At.ToMicroseconds()];
        await write.Execute(FormerTables.Keep, former, cancel);
    }

    private async ValueTask<Refusal?> RefuseAddress(WriteTransaction write, SubscriptionPlan plan, CancellationToken cancel) =>
        !plan.IsMail || await mails.Knows(write, write.Tenant, plan.Endpoint[MailChannel.Scheme.Length..], cancel)
            ? null
            : SubscriptionForm.No("Subscription.channel.endpoint", "Mails go to verified addresses of those who work for the organization.");

    /// <summary>A receiver is shaken hands with at once; one that comes by itself is not waited for.</summary>
    private static DateTimeOffset? DueAt(SubscriptionForm form, DateTimeOffset now) =>
        form.Status == SubscriptionBody.Off ? null : form.Pushes ? now : form.EndsAt;

    private static async ValueTask<Result<SubscriptionPlan>> PlanOf(FhirCall call, WriteTransaction write, SubscriptionForm form)
    {
        var topic = form.IsOfR4 ? Topics.ResourceChanged : Topics.Named(form.Criteria, call.Own);
        if (topic is null) return await OwnPlanOf(call, write, form);
        if (form.IsOfR4 && form.Filters.Count > 0) return SubscriptionForm.No(Criteria, "Filters go with the canonical of a topic.");
        if (!topic.HasFocus && form.Content != Backport.Empty)
            return SubscriptionForm.No("Subscription.channel.payload", "Events of this topic have no resource: the content is empty.");
        var plan = PlanOf(call, form);
        if (topic.Event is { } type) return plan with { Event = type.Name, Filters = form.Filters };
        var search = SubscriptionFilters.SearchOf(form.IsOfR4 ? [form.Criteria] : form.Filters);
        return search.Refusal is { } unsearched ? unsearched : plan with { Search = search.Value };
    }

    private static async ValueTask<Result<SubscriptionPlan>> OwnPlanOf(FhirCall call, WriteTransaction write, SubscriptionForm form)
    {
        var named = await write.QueryOne(
            TopicTables.Named, [write.Tenant.Value, form.Criteria.Split('|')[0]], row => (Id: row.GetString(0), Body: row.GetString(1)),
            call.Cancel);
        if (named.Id is null || TopicPlan.Read(named.Body) is not { } topic || !topic.IsNamed(form.Criteria))
            return SubscriptionForm.No(
                Criteria, "There is no topic of that address. The CapabilityStatement names the server's, Basic?code=SubscriptionTopic all.");
        var search = topic.SearchOf(form.Filters);
        return search.Refusal is { } unsearched
            ? unsearched : PlanOf(call, form) with { OwnTopic = named.Id, Filters = form.Filters, Search = search.Value };
    }

    private static SubscriptionPlan PlanOf(FhirCall call, SubscriptionForm form) =>
        new(form.IsOfR4 ? null : form.Criteria, Search: "", form.Endpoint, form.Payload, form.Content, call.BaseUrl)
        {
            IsMessage = form.ChannelType == RestHook.Message, Channel = form.ChannelType, Heartbeat = form.Heartbeat,
            Timeout = form.Timeout, MaxCount = form.MaxCount,
        };

    /// <summary>Filters that cannot be applied, and what its author may not follow.</summary>
    private static async ValueTask<Refusal?> RefuseTopic(FhirCall call, WriteTransaction write, SubscriptionPlan plan)
    {
        if (plan.Event is null)
            return plan.Read(call) is { Refusal: { } unsearched } ? SubscriptionForm.No(Criteria, unsearched.Message) : null;
        if (call.Caller.App is not null) return SubscriptionForm.No(Criteria, OfCatalogue);
        if (plan.ReadEvents(call) is { Refusal: { } unasked }) return unasked;
        var policy = TenantPolicy.Parse(
            await TenantSettings.Read(write, TenantPolicy.VisibilitySetting, call.Cancel),
            await TenantSettings.Read(write, TenantNarrowing.Setting, call.Cancel));
        return OwnersReach.MayFollow(call.Reach, plan, policy)
            ? null : SubscriptionForm.No(Criteria, "Events of this topic are not for the role of the caller.");
    }

    private async ValueTask<Refusal?> RefuseMore(FhirCall call, WriteTransaction write, string id, bool isOneMoreBroad)
    {
        var (all, own, broad) = await write.QueryOne(
            SubscriptionTables.CountOfTenant, [call.Caller.User.Value, write.Tenant.Value, id],
            row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), call.Cancel);
        if (isOneMoreBroad && broad >= options.BroadSubscriptions) return TooBroad(options.BroadSubscriptions);
        return all < MostOfTenant && own < MostOfOwner
            ? null : FhirRefusals.TooCostly($"There are at most {MostOfTenant} subscriptions, of one user {MostOfOwner}.");
    }

    private static async ValueTask<Refusal?> Move(
        WriteTransaction write, SubscriptionRow? known, long position, SubscriptionMove move, CancellationToken cancel)
    {
        // Another process, or the owner, was faster.
        if (known?.Position != move.From) return Overtaken;
        if (move.Status == SubscriptionBody.Requested)
        {
            var before = (move.ReplaysFrom ?? long.MaxValue) - 1;
            object?[] again = [position, move.Status, write.At.ToMicroseconds(), before, write.Tenant.Value, known.Id];
            await write.Execute(SubscriptionTables.Replay, again, cancel);
            return null;
        }

        await KeepFormer(write, known, (move.Status, known.Plan), position, cancel);
        var failed = move.Error is null or Backport.TopicGone ? 0L : 1L;
        object?[] row =
        [
            position, move.Status, write.At.ToMicroseconds(), move.Error, failed, known.NextAfter(write.At)?.ToMicroseconds(),
            write.Tenant.Value, known.Id,
        ];
        await write.Execute(SubscriptionTables.Move, row, cancel);
        if (move.Outcome is { } outcome) AuditTrail.Add(write, outcome);
        return null;
    }

    private static async ValueTask<Refusal?> Delete(WriteTransaction write, string id, long position, CancellationToken cancel)
    {
        await write.Execute(SubscriptionTables.Delete, [position, write.At.ToMicroseconds(), write.Tenant.Value, id], cancel);
        await write.Execute(SubscriptionTables.DeleteEvents, [write.Tenant.Value, id], cancel);
        await write.Execute(FormerTables.Delete, [write.Tenant.Value, id], cancel);
        return null;
    }

    private static Refusal TooBroad(int most) => FhirRefusals.TooCostly(
        $"An organization has at most {most} subscriptions that no value narrows down, and has them. Name a patient, a code, a "
        + "recipient or another value in a filter, or share one of them.");

    private static readonly Refusal Overtaken = new(
        RefusalKind.Conflict, "conflict", "The subscription has been changed meanwhile.");

    private static readonly Refusal OfAnotherReceiver = SubscriptionForm.No(
        "Subscription.channel.header", "A value that is withheld goes to the receiver it was written for: another one needs it written again.");

    private static readonly Refusal NotOwned = new(
        RefusalKind.Forbidden, "forbidden", "A subscription is changed by its owner; administrators may delete it.");

    private static readonly Refusal OfNobody = new(
        RefusalKind.Forbidden, "forbidden", "A credential with scopes makes subscriptions for an application, and it names none.");

    private const string OfCatalogue =
        "Applications are not told of events of this topic: an event draws from several records, and scopes name resources of one type "
        + "each. Subscribe to the topic resource-changed, or to one of the organization.";
}
