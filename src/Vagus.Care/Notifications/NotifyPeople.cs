using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Access.Tenants;
using Vagus.Care.Alerts;
using Vagus.Care.Deriving.Reading;
using Vagus.Care.OnCall;
using Vagus.Care.Seeing;
using Vagus.Events;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Notifications;

/// <summary>
/// Tells people of results, allergies and denials: a row for each person, and an event for that person alone, in one commit with the
/// cursor. A person who may not see what it is about is not told. Results that were issued long ago and are imported are not told.
/// </summary>
internal sealed class NotifyPeople(IFindUsers users, FindCareTeam careTeam, WhoIsOnCall onCall, AddNotification notifications) : LogConsumer
{
    private const string ReviewedType = "biopsy.reviewed";
    private const string RaisedType = AlertAnswer.SeenAs;
    private const int MostOfRole = 200;

    public override string Name => "notifications";

    public override IReadOnlySet<string>? Types { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "lab.result.available", "radiology.report.finalized", "biopsy.result_received", ReviewedType, "patient.allergy.added",
        "pharmacy.interaction.alert", "pharmacy.allergy.contraindication", "claim.denied", "prior_auth.denied", RaisedType,
    };

    public override async ValueTask Apply(IReadOnlyList<LoggedEvent> events, WriteTransaction write, CancellationToken cancel)
    {
        var diagnoses = await TenantSettings.Read(write, ConcerningDiagnoses.Setting, cancel);
        foreach (var source in events)
        {
            if (source.Type == ReviewedType) await Reviewed(write, source, cancel);
            else if (source.Type == RaisedType) await Corrected(write, source, cancel);
            else if (NotificationDraft.Of(source, result => ConcerningDiagnoses.Has(result, diagnoses)) is { } draft
                && !AlertMark.IsImport(AlertMark.InstantOf(draft.IssuedAt), source.Resource, source.OccurredAt))
                await Tell(write, source, draft, cancel);
        }
    }

    private static async ValueTask Reviewed(WriteTransaction write, LoggedEvent source, CancellationToken cancel)
    {
        if (EventCatalogue.TryDeserialize(source.Type, source.Body) is not BiopsyReviewed reviewed) return;
        await write.Queue(
            MarkDone, [write.At.ToMicroseconds(), write.Tenant.Value, NotificationDraft.TrackOf(reviewed.BiopsyId)], cancel);
    }

    /// <summary>Those who were told a critical value that does not hold are told so, whoever has the alert now.</summary>
    private async ValueTask Corrected(WriteTransaction write, LoggedEvent source, CancellationToken cancel)
    {
        if (EventCatalogue.TryDeserialize(source.Type, source.Body) is not AlertRaised { SourceEventId: { } corrected } raised) return;
        if (await AlertStore.Find(write, write.Tenant, raised.AlertId, cancel) is not { } alert) return;
        var told = await users.Find(write, write.Tenant, await WhoWasTold.Of(write, alert, corrected, cancel), cancel);
        if (told.Count == 0) return;
        var sight = await Sight.Of(write, [alert.Source], cancel);
        var content = NotificationDraft.OfCorrected(alert, SeenForm.Whole);
        var notification = new NewNotification(RaisedType, content) { Open = NotificationDraft.OfCorrected(alert, SeenForm.Open) };
        foreach (var user in told)
        {
            if (sight.SeenBy(user, alert.Source, RaisedType) == SeenForm.None) continue;
            await notifications.Run(write, user.User, alert.Source, notification, cancel);
        }
    }

    private async ValueTask Tell(WriteTransaction write, LoggedEvent source, NotificationDraft draft, CancellationToken cancel)
    {
        var facts = SourceFacts.Of(source);
        var sight = await Sight.Of(write, [facts], cancel);
        var recipients = draft.To == Recipients.OrderingProvider
            ? await ReaderOf(write, draft, user => sight.SeenBy(user, facts, source.Type) != SeenForm.None, cancel)
            : await RecipientsOf(write, source, draft, cancel);
        foreach (var user in recipients.DistinctBy(user => user.User))
        {
            if (sight.SeenBy(user, facts, source.Type) == SeenForm.None) continue;
            var told = new NewNotification(source.Type, draft.Content) { Open = draft.Open, Tracks = draft.Tracks };
            await notifications.Run(write, user.User, facts, told, cancel);
        }
    }

    /// <summary>What is left for those who may not see what it is about.</summary>
    internal static NotificationSent Hidden(NotificationSent content) =>
        new(content.Id, content.Type, content.Priority, content.Title, "Something waits that is about a restricted record.");

    private async ValueTask<IEnumerable<UserFacts>> RecipientsOf(
        WriteTransaction write, LoggedEvent source, NotificationDraft draft, CancellationToken cancel)
    {
        switch (draft.To)
        {
            case Recipients.Billing:
                return await users.WithRole(write, write.Tenant, Role.Billing, MostOfRole, cancel);
            case Recipients.BillingAndRequester:
                var billing = await users.WithRole(write, write.Tenant, Role.Billing, MostOfRole, cancel);
                return await RequesterOf(write, source, draft, cancel) is { } requester ? billing.Append(requester) : billing;
            case Recipients.CareTeam when source.Patient is { } patient:
                var team = await careTeam.Of(write, patient, cancel);
                return team.Where(member => !draft.ProviderHasAlert || member.Practitioner != draft.Provider);
            default:
                return [];
        }
    }

    /// <summary>The event has no field for the provider: the request has.</summary>
    private async ValueTask<UserFacts?> RequesterOf(
        WriteTransaction write, LoggedEvent source, NotificationDraft draft, CancellationToken cancel)
    {
        if (source.Patient is not { } patient || draft.Authorization is not { } authorization) return null;
        var requests = await RecordsOfPatient.Read(
            write, write.Tenant, patient, "Claim",
            (id, _, body) => id == authorization ? JsonElement.Parse(body).ReferenceTo("provider", "Practitioner") : null, cancel);
        return requests.FirstOrDefault(provider => provider is not null) is { } named
            ? await users.OfPractitioner(write, write.Tenant, named, cancel) : null;
    }

    /// <summary>
    /// The user who ordered it, else the first on call, present or by a stand-in, who may see it. What waits for its review goes to
    /// somebody in any case: to the charge nurse or an administrator where no provider is on call.
    /// </summary>
    private async ValueTask<IEnumerable<UserFacts>> ReaderOf(
        WriteTransaction write, NotificationDraft draft, Func<UserFacts, bool> sees, CancellationToken cancel)
    {
        if (draft.Provider is { } provider && await users.OfPractitioner(write, write.Tenant, provider, cancel) is { } ordering
            && sees(ordering)) return [ordering];
        string[] duties = draft.Tracks is null ? [Duty.Provider] : [Duty.Provider, Duty.ChargeNurse];
        foreach (var duty in duties)
        {
            foreach (var user in await onCall.With(write, write.Tenant, duty, write.At, cancel))
            {
                if (await onCall.StandIn(write, write.Tenant, user, write.At, cancel) is { } present && sees(present)) return [present];
            }
        }

        var admins = draft.Tracks is null ? [] : await users.WithRole(write, write.Tenant, Role.Admin, MostOfRole, cancel);
        return admins.Where(sees).Take(1);
    }

    private static readonly Statement MarkDone = new("""
        update care_notification
        set done_at = @done_at
        where tenant_id = @tenant_id
          and tracks = @tracks
          and done_at is null
        """);
}
