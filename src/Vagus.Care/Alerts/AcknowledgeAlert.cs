using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Visibility;
using Vagus.Care.Requests;
using Vagus.Care.Seeing;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Care.Alerts;

/// <summary>
/// <c>POST /api/alerts/{id}/acknowledge { readBack?, note?, resource? }</c>, and the live command
/// <c>acknowledge { alertId, readBack?, note?, resource? }</c>.
/// One acknowledgement wins, and the one who made it owns the alert from then on: it still waits for an action.
/// </summary>
internal sealed class AcknowledgeAlert(
    GroupCommit commit, ChangeAlert change, IFindUsers users, TenantPolicies policies, AlertMeter meter) : ILiveCommand
{
    internal const int LongestText = 1_000;

    public string Namespace => "/";

    public string Name => "acknowledge";

    public static void Map(IEndpointRouteBuilder alerts) =>
        alerts.MapPost("/{id}/acknowledge", (string id, HttpContext http, AcknowledgeAlert use) => use.Post(id, http))
            .RequireCaller(AlertActor.Roles)
            .Audits(AuditActions.AcknowledgeAlert);

    public async ValueTask<Result<object>> Run(LiveOrigin origin, Caller caller, JsonElement request, CancellationToken cancel)
    {
        var fields = RequestFields.Read(request, "alertId", "readBack", "note", ShownRecord.Field);
        if (fields.IsRefused) return fields.Refusal!;
        var (id, said) = (fields.Value.Text("alertId"), ReadWords(fields.Value));
        if ((id.Refusal ?? said.Refusal) is { } invalid) return invalid;
        if (!AlertActor.Roles.Contains(caller.Role)) return AlertRefusals.NotForRole;

        var by = new AuditActor(caller, AuditOrigin.Of(origin));
        var actor = new AlertActor(await policies.ReachOf(caller, cancel), by);
        var done = await Acknowledge(actor, id.Value, said.Value, cancel);
        if (done.Refusal is { } refusal) return refusal;
        var alert = done.Value.Alert;
        return new
        {
            ok = true, alertId = alert.Id, state = alert.State, by = alert.AcknowledgedBy, at = alert.AcknowledgedAt, dueAt = alert.DueAt,
        };
    }

    private async Task<Results<Ok<AlertAnswer>, ProblemHttpResult>> Post(string id, HttpContext http)
    {
        var fields = await BodyFields.Read(http.Request, ["readBack", "note", ShownRecord.Field], http.RequestAborted);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var said = ReadWords(fields.Value);
        if (said.Refusal is { } invalid) return invalid.ToProblem();
        var done = await Acknowledge(AlertActor.Of(http), id, said.Value, http.RequestAborted);
        return done.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.Ok(done.Value.Answer);
    }

    private static Result<Answered> ReadWords(RequestFields fields)
    {
        var (readBack, note) = (fields.OptionalText("readBack", LongestText), fields.OptionalText("note", LongestText));
        var shown = fields.OptionalText(ShownRecord.Field, ShownRecord.Longest);
        return (readBack.Refusal ?? note.Refusal ?? shown.Refusal) is { } refusal
            ? refusal : new Answered(new StepDetail(ReadBack: readBack.Value, Note: note.Value), shown.Value);
    }

    private async ValueTask<Result<(Alert Alert, AlertAnswer Answer)>> Acknowledge(
        AlertActor actor, string id, Answered said, CancellationToken cancel)
    {
        var done = await commit.Write<(Alert Alert, AlertAnswer Answer)>(
            actor.Caller.Tenant, (write, stop) => Acknowledge(write, actor, id, said, stop), cancel);
        if (!done.IsRefused) meter.Acknowledged(done.Value.Alert);
        return done;
    }

    private async ValueTask<Result<(Alert Alert, AlertAnswer Answer)>> Acknowledge(
        WriteTransaction write, AlertActor actor, string id, Answered answered, CancellationToken cancel)
    {
        var found = await actor.Find(write, id, cancel);
        if (found.Refusal is { } refusal) return refusal;
        var (alert, form) = found.Value;
        if (!alert.WaitsForAcknowledgement) return AlertRefusals.AlreadyAcknowledged(alert);
        if (form == SeenForm.None) return AlertRefusals.Restricted;
        if (ShownRecord.Refuse(answered.Shown, alert) is { } outdated) return outdated;
        var said = answered.Said;
        if (ReadBack.Refuse(said.ReadBack, alert, form) is { } differs) return differs;

        var after = Acknowledged(alert, await OwnerOf(write, actor.Caller, cancel), write.At);
        var step = new AlertStep(write.At, "acknowledged")
        {
            By = actor.Caller.User.Value, Level = alert.Level, To = alert.Owner?.UserId, Detail = said,
        };
        if (await change.Done(write, alert, after, step, ActOf(actor, alert), cancel))
            return (after, await AlertAnswer.Read(write, after, form, cancel));
        return await AlertStore.Find(write, write.Tenant, id, cancel) is { WaitsForAcknowledgement: false } faster
            ? AlertRefusals.AlreadyAcknowledged(faster) : AlertRefusals.Changed;
    }

    internal static Alert Acknowledged(Alert alert, AlertOwner owner, DateTimeOffset at) => alert with
    {
        State = AlertState.Acknowledged,
        Owner = owner,
        AcknowledgedBy = owner.UserId,
        AcknowledgedAt = at,
        DueAt = at.AddMinutes(alert.Policy.ActionMinutes),
    };

    /// <summary>What somebody says to an alert, and the record that was shown to them.</summary>
    private sealed record Answered(StepDetail Said, string? Shown);

    private static PersonalAct ActOf(AlertActor actor, Alert before) => new(
        AuditActions.AcknowledgeAlert, actor.Audit,
        $"level={before.Level},owner={before.Owner?.UserId ?? "none"}", AlertEvents.Acknowledged);

    /// <summary>The caller as the owner of what it has taken on.</summary>
    internal async ValueTask<AlertOwner> OwnerOf(WriteTransaction write, Caller caller, CancellationToken cancel)
    {
        var user = await users.Find(write, write.Tenant, caller.User, cancel);
        return new AlertOwner(caller.User.Value, user?.Name ?? caller.User.Value, caller.Role.Name(), IsHidden: false);
    }
}
