using Vagus.Access.Audit;
using Vagus.Access.Outgoing;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Care.Alerts;

/// <summary>
/// Writes what becomes of an alert: its row, its timeline, the events and the entry of the audit, in the write of what causes it.
/// </summary>
internal sealed class ChangeAlert(IdSource ids, INotifyUsers notices)
{
    /// <summary>The timeline of one alert is kept to this length but for what people do.</summary>
    private const int MostSteps = 1_000;

    public string NewId() => ids.NewId();

    public async ValueTask Raise(WriteTransaction write, Alert alert, StepDetail? detail, CancellationToken cancel)
    {
        List<AlertStep> steps =
        [
            new(write.At, "raised") { Level = alert.Level, To = alert.Owner?.UserId, Detail = detail }, .. Notified(write, alert),
        ];
        await AlertStore.Insert(write, alert, steps, cancel);
        await Tell(write, alert, AlertEvents.Raised, cancel);
        await TellOwner(write, alert, cancel);
        Record(write, AuditActor.Server, AuditActions.RaiseAlert, alert);
    }

    /// <summary>What the alert is about was corrected: it begins anew.</summary>
    public async ValueTask RaiseAgain(WriteTransaction write, Alert before, Alert after, StepDetail detail, CancellationToken cancel)
    {
        List<AlertStep> steps =
        [
            new(write.At, "corrected") { Level = after.Level, To = after.Owner?.UserId, Detail = detail }, .. Notified(write, after),
        ];
        if (!await AlertStore.Update(write, before, after, steps, cancel))
            throw new InvalidOperationException("An alert changed meanwhile.");
        await Tell(write, after, AlertEvents.Raised, cancel);
        await TellOwner(write, after, cancel);
        Record(write, AuditActor.Server, AuditActions.RaiseAlert, after);
    }

    /// <summary>A repetition: the timeline records it, and no event is told.</summary>
    public static async ValueTask Repeated(WriteTransaction write, Alert alert, string eventId, CancellationToken cancel)
    {
        if (alert.Steps >= MostSteps) return;
        var step = new AlertStep(write.At, "repeated") { Detail = new StepDetail(Reason: eventId) };
        await AlertStore.Update(write, alert, alert, [step], cancel);
    }

    /// <summary>Another owner has it. False when somebody was faster.</summary>
    public async ValueTask<bool> HandOn(
        WriteTransaction write, Alert before, Alert after, HandedOn how, CancellationToken cancel)
    {
        var what = how.Reason == HandedOn.ByPerson ? "delegated" : "escalated";
        List<AlertStep> steps =
        [
            new(write.At, what)
            {
                By = how.By.Caller?.User.Value, Level = after.Level, To = after.Owner?.UserId,
                Detail = new(Note: how.Note, Reason: how.Reason),
            },
            .. Notified(write, after),
        ];
        // An alert that nobody answers is handed on for ever: its timeline is bounded. Steps of persons are always kept.
        var isKept = how.By.Caller is not null || before.Steps < MostSteps;
        if (!await AlertStore.Update(write, before, after, isKept ? steps : [], cancel)) return false;
        await Tell(write, after, shown => AlertEvents.Escalated(before, shown, how.Reason), cancel, how.By);
        await TellOwner(write, after, cancel);
        var action = how.Reason == HandedOn.ByPerson ? AuditActions.DelegateAlert : AuditActions.EscalateAlert;
        Record(write, how.By, action, after, $"level={after.Level},reason={how.Reason},owner={after.Owner?.UserId ?? "none"}");
        return true;
    }

    /// <summary>A person did something about it. False when somebody was faster.</summary>
    public async ValueTask<bool> Done(
        WriteTransaction write, Alert before, Alert after, AlertStep step, PersonalAct act, CancellationToken cancel)
    {
        if (!await AlertStore.Update(write, before, after, [step], cancel)) return false;
        if (!after.WaitsForAcknowledgement) await notices.Cancel(write, NoticeKind.Alert, after.Id, cancel);
        foreach (var told in act.Events) await Tell(write, after, told, cancel, act.By);
        Record(write, act.By, act.Action, after, act.Detail);
        return true;
    }

    private async ValueTask Tell(
        WriteTransaction write, Alert alert, Func<Alert, EventData> told, CancellationToken cancel, AuditActor? by = null)
    {
        var open = alert with { Content = alert.Open ?? alert.Content.WithoutPatient() };
        var draft = alert.Source.Draft(ids.NewId(), told(alert), told(open));
        await write.Append(draft with { UserId = by?.Caller?.User.Value, PortalType = by?.Caller?.PortalType }, cancel);
    }

    /// <summary>
    /// On the screen, and by the channels of the level. What went to the owner before is called off: there is one at a time.
    /// </summary>
    private async ValueTask TellOwner(WriteTransaction write, Alert alert, CancellationToken cancel)
    {
        await notices.Cancel(write, NoticeKind.Alert, alert.Id, cancel);
        if (AlertEvents.ToOwner(alert, ids.NewId()) is { } told) await write.Append(told, cancel);
        if (alert.Owner is not { } owner) return;
        var notice = new Notice(NoticeKind.Alert, new UserId(owner.UserId), alert.Id, write.At)
        {
            Channels = alert.LevelNow.Ways(), Until = alert.DueAt,
        };
        await notices.Queue(write, notice, cancel);
    }

    private static IEnumerable<AlertStep> Notified(WriteTransaction write, Alert alert)
    {
        if (alert.Owner is { } owner) yield return new(write.At, "notified") { Level = alert.Level, To = owner.UserId };
        if (alert.IsOnThePhone) yield return new(write.At, "phone_task") { Level = alert.Level, To = alert.Owner?.UserId };
    }

    private static void Record(WriteTransaction write, AuditActor by, string action, Alert alert, string? detail = null) =>
        AuditTrail.Add(write, by.Entry(action) with
        {
            On = $"Alert/{alert.Id}",
            Patients = [.. alert.Source.Patients.Select(id => new PatientId(id))],
            Detail = detail ?? $"type={alert.Type},level={alert.Level},owner={alert.Owner?.UserId ?? "none"}",
        });
}

/// <summary>Why another owner has an alert: reasons of <c>alert.escalated</c>.</summary>
internal sealed record HandedOn(string Reason, AuditActor By, string? Note = null)
{
    public const string NotAcknowledged = "not_acknowledged";
    public const string NoAction = "no_action";
    public const string ByPerson = "delegated";
}

/// <summary>What a person did, as the audit has it; and the events that tell of it, made from the alert as it is shown.</summary>
internal sealed record PersonalAct(string Action, AuditActor By, string? Detail, params IReadOnlyList<Func<Alert, EventData>> Events);
