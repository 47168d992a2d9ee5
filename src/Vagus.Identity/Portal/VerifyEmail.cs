using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Identity.Doors;
using Vagus.Identity.People;
using Vagus.Identity.Recovery;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Portal;

/// <summary>
/// The token of a mail comes back: the address is the account's own. Until then nothing that opens the account is sent to it.
/// </summary>
internal sealed class VerifyEmail(OneTimeTokens tokens, GroupCommit commit, SignInThrottle throttle)
{
    private static readonly string[] Fields = ["token"];

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(
            "/verify-email",
            (HttpContext context, VerifyEmail verify, CancellationToken cancel) => verify.Answer(context, cancel))
            .AllowAnyone("the token of the mail is the credential")
            .Audits(AuditActions.VerifyAddress);

    private async Task<Results<NoContent, ProblemHttpResult>> Answer(HttpContext context, CancellationToken cancel)
    {
        var fields = await BodyFields.Read(context.Request, Fields, cancel);
        if (fields.Refusal is { } unreadable) return unreadable.ToProblem();
        var token = fields.Value.Text("token");
        if (token.Refusal is { } noToken) return noToken.ToProblem();

        var outcome = await Verify(context, token.Value, ClientFacts.Of(context), cancel);
        return outcome.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }

    private async ValueTask<Result<int>> Verify(
        HttpContext context, string given, ClientFacts client, CancellationToken cancel)
    {
        if (!await throttle.Enter(SecretHash.Of(given), client.Network, cancel)) return Refusals.TooManyAttempts;
        if (await tokens.Find(given, cancel) is not { Purpose: TokenPurpose.VerifyEmail } token) return Refusals.InvalidToken;

        var user = new UserId(token.Subject);
        context.Concerns(new AuditSubject(token.Tenant) { User = user });
        return await commit.Write<int>(
            token.Tenant,
            async (write, cancelled) =>
            {
                if (!await OneTimeTokens.Spend(write, token, cancelled)) return Refusals.InvalidToken;
                AuditTrail.Add(write, AccountEntries.Of(client.Actor, AuditActions.VerifyAddress, user) with { User = user });
                return await write.Execute(
                    Mark, [write.At.ToMicroseconds(), write.Tenant.Value, token.Subject, token.Email], cancelled);
            },
            cancel);
    }

    // Of this address only: it may have been changed since the mail was sent.
    private static readonly Statement Mark = new("""
        update access_user
        set email_verified_at = @at
        where tenant_id = @tenant_id
          and user_id = @user_id
          and email = @email
        """);
}
