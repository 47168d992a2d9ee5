using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Writing;

namespace Vagus.Care.Alerts;

/// <summary>
/// Raises an alert from what is critical in the log, whether a rule derived it or a service published it. Alert, events and cursor are one
/// commit: an event raises its alert once.
/// </summary>
internal sealed class RaiseAlerts(FindOwner findOwner, ChangeAlert change) : LogConsumer
{
    public override string Name => "alerts";

    public override IReadOnlySet<string>? Types { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "lab.critical.alert", "lab.critical.corrected", "radiology.critical.alert", "pharmacy.interaction.alert",
        "pharmacy.allergy.contraindication", "biopsy.result_received",
    };

    public override async ValueTask Apply(IReadOnlyList<LoggedEvent> events, WriteTransaction write, CancellationToken cancel)
    {
        var policies = await TenantSettings.Read(write, AlertPolicy.Setting, cancel);
        var diagnoses = await TenantSettings.Read(write, ConcerningDiagnoses.Setting, cancel);
        foreach (var source in events)
        {
            if (AlertDraft.Of(source, result => ConcerningDiagnoses.Has(result, diagnoses)) is not { } draft) continue;
            if (draft.Correction is not null) await TakeCorrection(write, draft, policies, source.OccurredAt, cancel);
            else await Take(write, draft, policies, source.OccurredAt, cancel);
        }
    }

    /// <summary>
    /// What does not hold closes nothing: an open alert begins anew and says what became of the value. Where it was resolved, what was done
    /// was done about a wrong value, and that is another alert. What raised none needs none.
    /// </summary>
    private async ValueTask TakeCorrection(
        WriteTransaction write, AlertDraft draft, JsonElement? policies, DateTimeOffset toldAt, CancellationToken cancel)
    {
        await RepeatedRecords.Forget(write, draft, cancel);
        var last = await AlertStore.LastOf(write, write.Tenant, draft.Mark.Subject, draft.Content.PatientId, cancel);
        if (last is null || last.Said == draft.Mark.Said) return;
        if (last.State != AlertState.Resolved) await Correct(write, last, draft, cancel);
        else if (!draft.Mark.IsImport(toldAt)) await Raise(write, draft, AlertPolicy.For(draft.Type, policies), cancel);
        await ReturnTo(write, last, draft.Mark, policies, toldAt, cancel);
    }

    private async ValueTask Take(
        WriteTransaction write, AlertDraft draft, JsonElement? policies, DateTimeOffset toldAt, CancellationToken cancel)
    {
        await RepeatedRecords.Forget(write, draft, cancel);
        var mark = draft.Mark;
        var last = await AlertStore.LastOf(write, write.Tenant, mark.Subject, draft.Content.PatientId, cancel);
        var open = last is { State: not AlertState.Resolved } ? last : null;
        if (open is null && mark.IsImport(toldAt)) return;
        var twin = last is null && mark.Sample is { } sample ? await AlertStore.OfSample(write, write.Tenant, sample, cancel) : last;
        if (twin is not null && mark.Repeats(twin.Mark, twin.State == AlertState.Resolved))
        {
            if (twin.Subject != mark.Subject) await RepeatedRecords.Keep(write, draft, cancel);
            await ChangeAlert.Repeated(write, twin, draft.Source.EventId, cancel);
            return;
        }

        if (open is not null) await Correct(write, open, draft, cancel);
        else await Raise(write, draft, AlertPolicy.For(draft.Type, policies), cancel);
        if (last is not null) await ReturnTo(write, last, mark, policies, toldAt, cancel);
    }

    /// <summary>
    /// The record of the alert was corrected or withdrawn. A second record of the same measurement, which raised no alert beside the first,
    /// raises its own where it still stands.
    /// </summary>
    private async ValueTask ReturnTo(
        WriteTransaction write, Alert before, AlertMark now, JsonElement? policies, DateTimeOffset toldAt, CancellationToken cancel)
    {
        if (before.Sample is not { } sample || sample == now.Sample) return;
        if (await AlertStore.OfSample(write, write.Tenant, sample, cancel) is not null) return;
        if (await RepeatedRecords.Find(write, before.Type, sample, cancel) is not { } standing) return;
        if (before.State == AlertState.Resolved && standing.Mark.IsImport(toldAt)) return;
        await RepeatedRecords.Forget(write, standing, cancel);
        // It is told now, and not late since it was told first.
        var told = standing with { Source = standing.Source with { OccurredAt = toldAt } };
        await Raise(write, told, AlertPolicy.For(told.Type, policies), cancel);
    }

    private async ValueTask Raise(WriteTransaction write, AlertDraft draft, AlertPolicy policy, CancellationToken cancel)
    {
        var alert = new Alert
        {
            Id = change.NewId(),
            Type = draft.Type,
            Subject = draft.Mark.Subject,
            Sample = draft.Mark.Sample,
            Said = draft.Mark.Said,
            Source = draft.Source,
            Content = draft.Content,
            Open = draft.Open,
            Provider = draft.Provider,
            Policy = policy,
            State = AlertState.Raised,
            Level = 1,
            RaisedAt = write.At,
            DueAt = write.At.AddMinutes(policy.Levels[0].Minutes),
        };
        var detail = draft.Correction is { } correction ? new StepDetail(Reason: correction, Source: draft.Source.EventId) : null;
        await change.Raise(write, alert with { Owner = await findOwner.First(write, alert, cancel) }, detail, cancel);
    }

    /// <summary>
    /// The policy stays that of the first time, and so do the instants from which its times are measured for the metrics.
    /// </summary>
    private async ValueTask Correct(WriteTransaction write, Alert before, AlertDraft draft, CancellationToken cancel)
    {
        var after = before with
        {
            Sample = draft.Mark.Sample,
            Said = draft.Mark.Said,
            Source = draft.Source with { OccurredAt = before.Source.OccurredAt },
            Content = draft.Content,
            Open = draft.Open,
            Provider = draft.Provider ?? before.Provider,
            State = AlertState.Raised,
            Level = 1,
            Owner = null,
            DueAt = write.At.AddMinutes(before.Policy.Levels[0].Minutes),
            AcknowledgedBy = null,
            AcknowledgedAt = null,
        };
        var detail = new StepDetail(Reason: draft.Correction, Source: draft.Source.EventId);
        await change.RaiseAgain(write, before, after with { Owner = await findOwner.First(write, after, cancel) }, detail, cancel);
    }
}
