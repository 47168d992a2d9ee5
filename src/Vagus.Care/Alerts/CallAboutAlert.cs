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
/// <c>POST /api/alerts/{id}/calls { called, reached, readBack?, note?, resource? }</c>: somebody called on the telephone, and writes down
/// whom, whether that person was reached, and what was read back. A call that reached somebody acknowledges the alert for the one who
/// writes it down.
/// </summary>
internal sealed class CallAboutAlert(GroupCommit commit, ChangeAlert change, AcknowledgeAlert acknowledge, AlertMeter meter)
{
    private static readonly string[] Fields = ["called", "reached", "readBack", "note", ShownRecord.Field];

    public static void Map(IEndpointRouteBuilder alerts) =>
        alerts.MapPost("/{id}/calls", (string id, HttpContext http, CallAboutAlert use) => use.Post(id, http))
            .RequireCaller(AlertActor.Roles)
            .Audits(AuditActions.CallAboutAlert);

    private async Task<Results<Ok<AlertAnswer>, ProblemHttpResult>> Post(string id, HttpContext http)
    {
        var fields = await BodyFields.Read(http.Request, Fields, http.RequestAborted);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var (called, reached) = (fields.Value.Text("called"), fields.Value.Flag("reached"));
        var readBack = fields.Value.OptionalText("readBack", AcknowledgeAlert.LongestText);
        var note = fields.Value.OptionalText("note", AcknowledgeAlert.LongestText);
        var shown = fields.Value.OptionalText(ShownRecord.Field, ShownRecord.Longest);
        var unread = called.Refusal ?? reached.Refusal ?? readBack.Refusal ?? note.Refusal ?? shown.Refusal;
        if (unread is { } invalid) return invalid.ToProblem();
        if (reached.Value is not { } wasReached) return FieldRefusals.Missing("reached").ToProblem();
        var actor = AlertActor.Of(http);
        var said = new StepDetail(readBack.Value, note.Value, Called: called.Value, Reached: wasReached);
        var done = await commit.Write<(Alert Alert, AlertAnswer Answer)>(
            actor.Caller.Tenant, (write, cancel) => Run(write, actor, id, said, shown.Value, cancel), http.RequestAborted);
        if (done.Refusal is { } refusal) return refusal.ToProblem();
        if (wasReached) meter.Acknowledged(done.Value.Alert);
        return TypedResults.Ok(done.Value.Answer);
    }

    private async ValueTask<Result<(Alert Alert, AlertAnswer Answer)>> Run(
        WriteTransaction write, AlertActor actor, string id, StepDetail said, string? shown, CancellationToken cancel)
    {
        var found = await actor.Find(write, id, cancel);
        if (found.Refusal is { } refusal) return refusal;
        var (alert, form) = found.Value;
        if (!alert.WaitsForAcknowledgement) return AlertRefusals.AlreadyAcknowledged(alert);
        if (form == SeenForm.None) return AlertRefusals.Restricted;
        if (ShownRecord.Refuse(shown, alert) is { } outdated) return outdated;
        var isReached = said.Reached == true;
        if (isReached && ReadBack.Refuse(said.ReadBack, alert, form) is { } differs) return differs;

        var after = isReached
            ? AcknowledgeAlert.Acknowledged(alert, await acknowledge.OwnerOf(write, actor.Caller, cancel), write.At) : alert;
        var step = new AlertStep(write.At, "called") { By = actor.Caller.User.Value, Level = alert.Level, Detail = said };
        IReadOnlyList<Func<Alert, EventData>> events = isReached ? [AlertEvents.Acknowledged] : [];
        var act = new PersonalAct(AuditActions.CallAboutAlert, actor.Audit, $"reached={(isReached ? "true" : "false")}", events);
        if (!await change.Done(write, alert, after, step, act, cancel)) return AlertRefusals.Changed;
        return (after, await AlertAnswer.Read(write, after, form, cancel));
    }
}
