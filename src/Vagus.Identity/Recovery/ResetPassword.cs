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
using Vagus.Identity.Sessions;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Recovery;

/// <summary>
/// A new password for the token of a mail. It signs nobody in: the user's sessions and half-finished sign-ins end, second factors stay, and
/// the address is told.
/// </summary>
internal sealed class ResetPassword(
    OneTimeTokens tokens,
    GroupCommit commit,
    PasswordHashing hashing,
    SignInThrottle throttle,
    QueueMail mails,
    SessionAuthentication sessions)
{
    private const int MaxPassword = PasswordRules.MaxBytes;
    private static readonly string[] Fields = ["token", "password"];

    public static void Map(IEndpointRouteBuilder endpoints, Door door) =>
        endpoints.MapPost(
            "/reset-password",
            (HttpContext context, ResetPassword reset, CancellationToken cancel) => reset.Answer(context, door, cancel))
            .AllowAnyone("the token of the mail is the credential")
            .Audits(AuditActions.ResetPassword);

    private async Task<Results<NoContent, ProblemHttpResult>> Answer(HttpContext context, Door door, CancellationToken cancel)
    {
        var fields = await BodyFields.Read(context.Request, Fields, cancel);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var token = fields.Value.Text("token");
        if (token.Refusal is { } noToken) return noToken.ToProblem();
        var password = fields.Value.Text("password", MaxPassword);
        if (password.Refusal is { } noPassword) return noPassword.ToProblem();

        var outcome = await Reset(context, door, token.Value, password.Value, cancel);
        return outcome.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }

    private async ValueTask<Result<UserRow>> Reset(
        HttpContext context, Door door, string token, string password, CancellationToken cancel)
    {
        var client = ClientFacts.Of(context);
        if (!await throttle.Enter(SecretHash.Of(token), client.Network, cancel)) return Refusals.TooManyAttempts;

        var found = await tokens.Find(token, cancel);
        if (found is not { Purpose: TokenPurpose.Reset or TokenPurpose.StaffInvitation } good) return Refusals.InvalidToken;
        var user = await tokens.FindUser(good, door, cancel);
        if (user is null) return Refusals.InvalidToken;
        context.Concerns(new AuditSubject(user.Tenant) { User = user.User, Patient = user.Patient });
        if (PasswordRules.Check(password, EmailAddress.NameOf(user.Email), user.DisplayName, user.Tenant.Value) is { } weak) return weak;

        var hash = hashing.Hash(password);
        var outcome = await commit.Write<List<SessionEnd>>(
            good.Tenant, (write, cancelled) => Store(write, client.Actor, good, user, hash, cancelled), cancel);
        if (outcome.Refusal is { } refusal) return refusal;

        sessions.Announce(outcome.Value);
        return user;
    }

    private async ValueTask<Result<List<SessionEnd>>> Store(
        WriteTransaction write, AuditActor by, OneTimeRow token, UserRow user, string hash, CancellationToken cancel)
    {
        if (!await OneTimeTokens.Spend(write, token, cancel)) return Refusals.InvalidToken;

        mails.Add(write, MailKind.PasswordChanged, user.Email);
        var password = new NewPassword(user, hash, token.Purpose == TokenPurpose.Reset ? "reset" : "invitation");
        return await ReplacePassword.Store(write, by, password, stays: null, cancel);
    }
}
