using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Identity.Doors;
using Vagus.Identity.People;
using Vagus.Identity.Recovery;
using Vagus.Kernel;

namespace Vagus.Identity.Administration;

/// <summary>The users of the administrator's own tenant, over HTTP.</summary>
internal sealed class AdministerUsers(
    ListUsers users, InviteUser invite, ChangeUserAsAdmin change, ChangeUser operate, ListProxies proxies, RecordAccountReads reads)
{
    private static readonly string[] New = ["email", "displayName", "role", "practitionerId", "seesSensitive", "labels", "deliver"];
    private static readonly string[] Changed = ["role", "seesSensitive", "labels", "disabled"];

    public static void Map(IEndpointRouteBuilder admin)
    {
        var group = admin.MapGroup("/users");
        group.MapGet("", (string? role, string? email, string? after, int? limit, HttpContext context, AdministerUsers use,
            CancellationToken cancel) => use.List(new Asked(role, email, after, limit), context, cancel))
            .Audits(AuditActions.ReadAccounts);
        group.MapPost("", (HttpContext context, AdministerUsers use, CancellationToken cancel) => use.Invite(context, cancel))
            .Audits(AuditActions.AddUser).RequireFreshSignIn();
        group.MapGet("/{userId}", (string userId, HttpContext context, AdministerUsers use, CancellationToken cancel) =>
            use.Show(userId, context, cancel)).Audits(AuditActions.ReadAccounts);
        group.MapPatch("/{userId}", (string userId, HttpContext context, AdministerUsers use, CancellationToken cancel) =>
            use.Change(userId, context, cancel)).Audits(AuditActions.ChangeUser).RequireFreshSignIn();
        group.MapPost("/{userId}/invitation", (string userId, HttpContext context, AdministerUsers use, CancellationToken cancel) =>
            use.InviteAgain(userId, context, cancel)).Audits(AuditActions.InviteUser).RequireFreshSignIn();
        group.MapGet("/{userId}/proxies", (string userId, HttpContext context, AdministerUsers use, CancellationToken cancel) =>
            use.Proxies(userId, context, cancel)).Audits(AuditActions.ReadAccounts);
        group.MapDelete("/{userId}/sessions", (string userId, HttpContext context, AdministerUsers use, CancellationToken cancel) =>
            use.EndSessions(userId, context, cancel)).Audits(AuditActions.SessionEnd).RequireFreshSignIn();
    }

    private async Task<Results<Ok<UserPage>, ProblemHttpResult>> List(Asked asked, HttpContext context, CancellationToken cancel)
    {
        if (asked.Role is { } name && Roles.Parse(name) is null) return NoSuchRole.ToProblem();
        var filter = new UserFilter(Roles.Parse(asked.Role), asked.Email, asked.After, asked.Limit ?? UserFilter.DefaultLimit);
        if (await reads.Record(context, "User") is { } unrecorded) return unrecorded.ToProblem();
        return TypedResults.Ok(await users.List(context.Caller().Tenant, filter, cancel));
    }

    private async Task<Results<Created<NewlyInvited>, ProblemHttpResult>> Invite(HttpContext context, CancellationToken cancel)
    {
        var fields = await BodyFields.Read(context.Request, New, cancel);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var tenant = context.Caller().Tenant;
        var user = UserIn(fields.Value, tenant);
        if (user.Refusal is { } badUser) return badUser.ToProblem();
        var byMail = Invitation.IsByMail(fields.Value);
        if (byMail.Refusal is { } badDelivery) return badDelivery.ToProblem();

        var invited = await invite.Invite(AuditActor.Of(context), user.Value, byMail.Value, cancel);
        if (invited.Refusal is { } refusal) return refusal.ToProblem();
        var shown = await users.One(tenant, invited.Value.User, cancel);
        return TypedResults.Created(
            $"/api/admin/users/{invited.Value.User.Value}",
            new NewlyInvited(shown!, invited.Value.Invitation.ExpiresAt, invited.Value.Invitation.Code));
    }

    private async Task<Results<Ok<AdministeredUser>, ProblemHttpResult>> Show(
        string userId, HttpContext context, CancellationToken cancel)
    {
        if (await users.One(context.Caller().Tenant, new UserId(userId), cancel) is not { } user) return Refusals.UserNotFound.ToProblem();
        return await reads.Record(context, $"User/{user.Id}") is { } unrecorded ? unrecorded.ToProblem() : TypedResults.Ok(user);
    }

    private async Task<Results<Ok<AdministeredUser>, ProblemHttpResult>> Change(
        string userId, HttpContext context, CancellationToken cancel)
    {
        var fields = await BodyFields.Read(context.Request, Changed, cancel);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var asked = ChangeIn(fields.Value);
        if (asked.Refusal is { } badChange) return badChange.ToProblem();

        var changed = await change.Change(AuditActor.Of(context), context.Caller(), new UserId(userId), asked.Value, cancel);
        return changed.Refusal is { } refusal ? refusal.ToProblem() : await Show(userId, context, cancel);
    }

    private async Task<Results<Created<Invitation>, ProblemHttpResult>> InviteAgain(
        string userId, HttpContext context, CancellationToken cancel)
    {
        var invited = await invite.InviteAgain(AuditActor.Of(context), context.Caller().Tenant, new UserId(userId), cancel);
        return invited.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.Created((string?)null, invited.Value);
    }

    private async Task<Results<Ok<ProxyPage>, ProblemHttpResult>> Proxies(string userId, HttpContext context, CancellationToken cancel)
    {
        if (await reads.Record(context, "Proxies") is { } unrecorded) return unrecorded.ToProblem();
        return TypedResults.Ok(new ProxyPage(await proxies.OfUser(context.Caller().Tenant, new UserId(userId), cancel)));
    }

    private async Task<Results<NoContent, ProblemHttpResult>> EndSessions(
        string userId, HttpContext context, CancellationToken cancel)
    {
        var ended = await operate.EndSessions(AuditActor.Of(context), context.Caller().Tenant, new UserId(userId), cancel);
        return ended.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }

    private static Result<NewUser> UserIn(RequestFields fields, TenantId tenant)
    {
        var email = fields.Text("email", EmailAddress.MaxLength);
        if (email.Refusal is { } noEmail) return noEmail;
        var name = fields.Text("displayName", 200);
        if (name.Refusal is { } noName) return noName;
        var role = fields.Text("role");
        if (role.Refusal is { } noRole) return noRole;
        if (Roles.Parse(role.Value) is not { } known) return NoSuchRole;
        var practitioner = fields.OptionalText("practitionerId");
        if (practitioner.Refusal is { } badPractitioner) return badPractitioner;
        var labels = LabelFields.Read(fields);
        if (labels.Refusal is { } badLabels) return badLabels;
        return new NewUser(tenant, email.Value, name.Value, known)
        {
            Practitioner = practitioner.Value,
            SeesLabels = labels.Value ?? Sensitivity.None,
        };
    }

    private static Result<UserChange> ChangeIn(RequestFields fields)
    {
        var role = fields.OptionalText("role");
        if (role.Refusal is { } badRole) return badRole;
        if (role.Value is { } name && Roles.Parse(name) is null) return NoSuchRole;
        var labels = LabelFields.Read(fields);
        if (labels.Refusal is { } badLabels) return badLabels;
        var disabled = fields.Flag("disabled");
        if (disabled.Refusal is { } badDisabled) return badDisabled;
        return new UserChange(Roles.Parse(role.Value), labels.Value, disabled.Value);
    }

    private static readonly Refusal NoSuchRole = new(
        RefusalKind.Unprocessable, "invalid_role", $"A role is one of {string.Join(", ", Roles.Names)}.");

    /// <summary>The query of the list.</summary>
    private sealed record Asked(string? Role, string? Email, string? After, int? Limit);

    internal sealed record NewlyInvited(AdministeredUser User, DateTimeOffset ExpiresAt, string? Code);
}
