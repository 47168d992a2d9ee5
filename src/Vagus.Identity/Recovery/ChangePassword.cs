using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Identity.Doors;
using Vagus.Identity.Mail;
using Vagus.Identity.Passwords;
using Vagus.Identity.People;
using Vagus.Identity.SecondFactors;
using Vagus.Identity.Sessions;
using Vagus.Identity.SigningIn;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Recovery;

/// <summary>
/// Somebody who is signed in takes another password. The session that asks goes on, all others of the user end, and the address is told.
/// </summary>
internal sealed class ChangePassword(
    Database database,
    GroupCommit commit,
    CheckPassword passwords,
    PasswordHashing hashing,
    TellUser tell,
    SessionAuthentication sessions)
{
    private static readonly string[] Fields = ["currentPassword", "password"];

    public static void Map(IEndpointRouteBuilder endpoints, Door door) =>
        endpoints.MapPost(
            "/password",
            (HttpContext context, ChangePassword change, CancellationToken cancel) => change.Answer(context, door, cancel))
            .Require(Policy.AnyCaller).RequireFreshSignIn().Audits(AuditActions.ResetPassword);

    private async Task<Results<NoContent, ProblemHttpResult>> Answer(HttpContext context, Door door, CancellationToken cancel)
    {
        var fields = await BodyFields.Read(context.Request, Fields, cancel);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var current = fields.Value.Text("currentPassword", PasswordRules.MaxBytes);
        if (current.Refusal is { } noCurrent) return noCurrent.ToProblem();
        var password = fields.Value.Text("password", PasswordRules.MaxBytes);
        if (password.Refusal is { } noPassword) return noPassword.ToProblem();

        var proven = await Prove(context, door, current.Value, cancel);
        if (proven.Refusal is { } unproven) return unproven.ToProblem();
        var outcome = await Change(context, proven.Value, password.Value, cancel);
        if (outcome.Refusal is { } refusal) return refusal.ToProblem();

        sessions.Announce(outcome.Value);
        return TypedResults.NoContent();
    }

    // By the same way as a sign-in, with its throttle: a stolen session must not be a place to guess at.
    private async ValueTask<Result<UserRow>> Prove(HttpContext context, Door door, string current, CancellationToken cancel)
    {
        var caller = context.Caller();
        if (await FactorUser.Find(database, caller.Tenant, caller.User, cancel) is not { } known) return Authentication.Unauthenticated;
        var shown = new Credentials(known.User.Email, current, caller.Tenant.Value);
        var proven = await passwords.Check(door, shown, ClientFacts.Of(context), cancel);
        if (proven.Refusal is { } refusal) return refusal;
        // A program has secrets, which its administrator changes, and no password.
        return proven.Value is { Secret: null, User: var user } && user.User == caller.User ? user : Refusals.InvalidCredentials;
    }

    private async ValueTask<Result<List<SessionEnd>>> Change(
        HttpContext context, UserRow user, string password, CancellationToken cancel)
    {
        if (PasswordRules.Check(password, EmailAddress.NameOf(user.Email), user.DisplayName, user.Tenant.Value) is { } weak) return weak;

        var (by, stays) = (AuditActor.Of(context), context.Caller().Session);
        var hashed = new NewPassword(user, hashing.Hash(password), "user");
        return await commit.Write<List<SessionEnd>>(
            user.Tenant,
            async (write, token) =>
            {
                if (!await SamePassword.Hold(write, user.User, user.SecurityVersion, token)) return Refusals.InvalidCredentials;
                await tell.Tell(write, user.User, MailKind.PasswordChanged, token);
                return await ReplacePassword.Store(write, by, hashed, stays, token);
            },
            cancel);
    }
}
