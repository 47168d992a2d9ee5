using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Care.Requests;
using Vagus.Care.Seeing;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Care.Alerts;

/// <summary>
/// <c>POST /api/alerts/{id}/resolve { action, note?, resource? }</c>: an action is recorded, and the alert is over. Who resolves what was
/// not acknowledged has acknowledged it by that, unless the value has to be read back.
/// </summary>
internal sealed class ResolveAlert(GroupCommit commit, ChangeAlert change, AcknowledgeAlert acknowledge, AlertMeter meter)
{
    private static readonly string[] Actions = ["treated", "ordered", "informed", "no_action_needed", "other"];

    public static void Map(IEndpointRouteBuilder alerts) =>
        alerts.MapPost("/{id}/resolve", (string id, HttpContext http, ResolveAlert use) => use.Post(id, http))
            .RequireCaller(AlertActor.Roles)
            .Audits(AuditActions.ResolveAlert);

    private async Task<Results<Ok<AlertAnswer>, ProblemHttpResult>> Post(string id, HttpContext http)
    {
        var fields = await BodyFields.Read(http.Request, ["action", "note", ShownRecord.Field], http.RequestAborted);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var (action, note) = (fields.Value.Text("action"), fields.Value.OptionalText("note", AcknowledgeAlert.LongestText));
        var shown = fields.Value.OptionalText(ShownRecord.Field, ShownRecord.Longest);
        if ((action.Refusal ?? note.Refusal ?? shown.Refusal) is { } invalid) return invalid.ToProblem();
        if (!Actions.Contains(action.Value)) return FieldRefusals.Wrong("action", $"one of {string.Join(", ", Actions)}").ToProblem();
        var actor = AlertActor.Of(http);
        var done = await commit.Write<(AlertAnswer Answer, Alert? Acknowledged)>(
            actor.Caller.Tenant, (write, cancel) => Run(
                write, actor, id, new StepDetail(Note: note.Value, Action: action.Value), shown.Value, cancel), http.RequestAborted);
        if (done.Refusal is { } refusal) return refusal.ToProblem();
        if (done.Value.Acknowledged is { } acknowledged) meter.Acknowledged(acknowledged);
        return TypedResults.Ok(done.Value.Answer);
    }

    /// <summary>The alert as well where it was acknowledged by that.</summary>
    private async ValueTask<Result<(AlertAnswer Answer, Alert? Acknowledged)>> Run(
        WriteTransaction write, AlertActor actor, string id, StepDetail said, string? shown, CancellationToken cancel)
    {
        var found = await actor.Find(write, id, cancel);
        if (found.Refusal is { } refusal) return refusal;
        var (alert, form) = found.Value;
        if (alert.State == AlertState.Resolved) return AlertRefusals.AlreadyResolved(alert);
        if (form == SeenForm.None) return AlertRefusals.Restricted;
        if (alert is { WaitsForAcknowledgement: true, Policy.ReadBack: true }) return AlertRefusals.NotAcknowledged;
        if (await ShownRecord.RefuseClosing(write, shown, alert, cancel) is { } outdated) return outdated;

        var acknowledged = alert.WaitsForAcknowledgement
            ? AcknowledgeAlert.Acknowledged(alert, await acknowledge.OwnerOf(write, actor.Caller, cancel), write.At) : alert;
        var after = acknowledged with
        {
            State = AlertState.Resolved,
            ResolvedBy = actor.Caller.User.Value,
            ResolvedAt = write.At,
            Action = said.Action,
            DueAt = null,
        };
        var step = new AlertStep(write.At, "resolved") { By = actor.Caller.User.Value, Level = alert.Level, Detail = said };
        if (await change.Done(write, alert, after, step, ActOf(actor, alert, acknowledged, after), cancel))
            return (await AlertAnswer.Read(write, after, form, cancel), alert.WaitsForAcknowledgement ? acknowledged : null);
        return await AlertStore.Find(write, write.Tenant, id, cancel) is { State: AlertState.Resolved } faster
            ? AlertRefusals.AlreadyResolved(faster) : AlertRefusals.Changed;
    }

    private static PersonalAct ActOf(AlertActor actor, Alert before, Alert acknowledged, Alert after)
    {
        IReadOnlyList<Func<Alert, EventData>> events = before.WaitsForAcknowledgement
            ? [shown => AlertEvents.Acknowledged(acknowledged with { Content = shown.Content }), AlertEvents.Resolved]
            : [AlertEvents.Resolved];
        return new PersonalAct(AuditActions.ResolveAlert, actor.Audit, $"action={after.Action}", events);
    }
}
