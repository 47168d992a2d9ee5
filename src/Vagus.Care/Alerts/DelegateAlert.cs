using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Care.OnCall;
using Vagus.Care.Requests;
using Vagus.Care.Seeing;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Care.Alerts;

/// <summary>
/// <c>POST /api/alerts/{id}/delegate { to, note? }</c>: a colleague who may see the alert owns it, or the stand-in of that colleague,
/// and has to acknowledge it.
/// </summary>
internal sealed class DelegateAlert(GroupCommit commit, ChangeAlert change, IFindUsers users, WhoIsOnCall onCall)
{
    public static void Map(IEndpointRouteBuilder alerts) =>
        alerts.MapPost("/{id}/delegate", (string id, HttpContext http, DelegateAlert use) => use.Post(id, http))
            .RequireCaller(AlertActor.Roles)
            .Audits(AuditActions.DelegateAlert);

    private async Task<Results<Ok<AlertAnswer>, ProblemHttpResult>> Post(string id, HttpContext http)
    {
        var fields = await BodyFields.Read(http.Request, ["to", "note"], http.RequestAborted);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var (to, note) = (fields.Value.Text("to"), fields.Value.OptionalText("note", AcknowledgeAlert.LongestText));
        if ((to.Refusal ?? note.Refusal) is { } invalid) return invalid.ToProblem();
        var actor = AlertActor.Of(http);
        var done = await commit.Write<AlertAnswer>(
            actor.Caller.Tenant, (write, cancel) => Run(write, actor, id, (new UserId(to.Value), note.Value), cancel), http.RequestAborted);
        return done.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.Ok(done.Value);
    }

    private async ValueTask<Result<AlertAnswer>> Run(
        WriteTransaction write, AlertActor actor, string id, (UserId To, string? Note) asked, CancellationToken cancel)
    {
        var found = await actor.Find(write, id, cancel);
        if (found.Refusal is { } refusal) return refusal;
        var (alert, form) = found.Value;
        if (alert.State == AlertState.Resolved) return AlertRefusals.AlreadyResolved(alert);
        if (await users.Find(write, write.Tenant, asked.To, cancel) is not { } colleague) return AlertRefusals.CannotDelegate;
        if (await onCall.StandIn(write, write.Tenant, colleague, write.At, cancel) is not { } owner) return AlertRefusals.DelegateAway;
        var sight = await Sight.Of(write, [alert.Source], cancel);
        if (!AlertActor.MayOwn(owner, alert, sight)) return AlertRefusals.CannotDelegate;

        var after = alert with
        {
            State = AlertState.Escalated,
            Owner = new AlertOwner(owner.User.Value, owner.Name, owner.Role.Name(), IsHidden: false),
            DueAt = await DueOf(write, alert, owner.User, cancel),
            AcknowledgedBy = null,
            AcknowledgedAt = null,
        };
        var how = new HandedOn(HandedOn.ByPerson, actor.Audit, asked.Note);
        if (!await change.HandOn(write, alert, after, how, cancel)) return AlertRefusals.Changed;
        return await AlertAnswer.Read(write, after, form, cancel);
    }

    /// <summary>
    /// A new owner has the time of the level, once: an alert that is handed to and fro without an acknowledgement goes on to the next level
    /// when it would have.
    /// </summary>
    private static async ValueTask<DateTimeOffset?> DueOf(WriteTransaction write, Alert alert, UserId owner, CancellationToken cancel)
    {
        var anew = write.At.AddMinutes(alert.LevelNow.Minutes);
        if (!alert.WaitsForAcknowledgement || alert.DueAt is not { } due) return anew;
        if (owner.Value == alert.Owner?.UserId) return due;
        var steps = await AlertStore.StepsOf(write, write.Tenant, [alert.Id], cancel);
        var atThisLevel = steps[alert.Id].Reverse()
            .TakeWhile(step => step.What is not ("raised" or "corrected" or "escalated" or "acknowledged"));
        return atThisLevel.Any(step => step.What == "delegated") ? due : anew;
    }
}
