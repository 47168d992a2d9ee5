using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Care.OnCall;
using Vagus.Care.Seeing;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Care.Alerts;

/// <summary>Who acts on an alert: how far the person reaches, and how the audit names the act.</summary>
internal sealed record AlertActor(Reach Reach, AuditActor Audit)
{
    /// <inheritdoc cref="Duty.Roles"/>
    public static readonly Role[] Roles = Duty.Roles;

    public Caller Caller => Reach.Caller;

    /// <summary>Whether this user, of whom there is no session, would see the alert and may answer it.</summary>
    public static bool MayAnswer(UserFacts user, Alert alert, Sight sight) =>
        Roles.Contains(user.Role) && sight.SeenBy(user, alert.Source, AlertAnswer.SeenAs) != SeenForm.None;

    /// <summary>Whether it may wait for this user: an owner is told of it, or it waits in silence.</summary>
    public static bool MayOwn(UserFacts user, Alert alert, Sight sight) =>
        MayAnswer(user, alert, sight) && sight.SeenBy(user, alert.Source, FindOwner.ToldBy) != SeenForm.None;

    public static AlertActor Of(HttpContext http) => new(http.Reach(), AuditActor.Of(http));

    /// <summary>
    /// The alert as it stands in this write, and the form in which the actor sees it. One that is not seen is not there, but for its owner,
    /// who may hand it on.
    /// </summary>
    public async ValueTask<Result<(Alert Alert, SeenForm Form)>> Find(WriteTransaction write, string id, CancellationToken cancel)
    {
        if (await AlertStore.Find(write, write.Tenant, id, cancel) is not { } alert) return AlertRefusals.NotFound;
        var form = (await Sight.Of(write, [alert.Source], cancel)).SeenBy(Reach, alert.Source, AlertAnswer.SeenAs);
        var isOwner = alert.Owner is { IsHidden: true } owner && owner.UserId == Caller.User.Value;
        return form == SeenForm.None && !isOwner ? AlertRefusals.NotFound : (alert, form);
    }
}
