using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Identity.Doors;
using Vagus.Identity.Sessions;
using Vagus.Identity.SecondFactors;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SigningIn;

/// <summary>
/// A signed-in user proves once more who he or she is, by a code or a passkey, or by the password where no second factor is enrolled.
/// Then endpoints that demand a fresh sign-in take the session for five minutes.
/// </summary>
internal sealed class StepUp(
    Database database, GroupCommit commit, Challenges challenges, ProveFactor prove, CheckPassword passwords, GrantTokens tokens)
{
    public static void Map(IEndpointRouteBuilder endpoints, Door door)
    {
        endpoints.MapPost("/step-up", (HttpContext context, StepUp stepUp, TimeProvider clock, CancellationToken cancel) =>
            stepUp.Answer(context, door, clock.GetUtcNow(), cancel)).Require(Policy.AnyCaller).Audits(AuditActions.StepUp);
        endpoints.MapPost("/step-up/options", (HttpContext context, StepUp stepUp, Passkeys passkeys, CancellationToken cancel) =>
            stepUp.Offer(context, passkeys, cancel)).Require(Policy.AnyCaller)
            .AuditsNothing("a challenge proves nothing yet; the step-up is recorded");
    }

    private async Task<Results<Ok<PasskeyChallenge>, ProblemHttpResult>> Offer(
        HttpContext context, Passkeys passkeys, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = context.Caller();
        var factors = await FactorRow.Of(database, caller.Tenant, caller.User, cancel);
        var keys = factors.Where(factor => factor.Kind == FactorKind.Passkey).ToList();
        if (keys.Count == 0) return FactorRefusals.NotFound.ToProblem();

        var options = passkeys.Ask(keys).ToJson();
        var added = await commit.Write<string>(
            caller.Tenant,
            async (write, token) => await challenges.Add(write, caller.User, ChallengePurpose.StepUp, caller.Session, options, token),
            cancel);
        return added.Refusal is { } refusal
            ? refusal.ToProblem() : TypedResults.Ok(new PasskeyChallenge(added.Value, JsonElement.Parse(options)));
    }

    private async Task<Results<Ok<SteppedUp>, ProblemHttpResult>> Answer(
        HttpContext context, Door door, DateTimeOffset now, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = context.Caller();
        var body = await JsonBody.Read<Body>(context.Request, cancel);
        if (body.Refusal is { } unreadable) return unreadable.ToProblem();
        if (await FactorUser.Find(database, caller.Tenant, caller.User, cancel) is not { } user)
            return Authentication.Unauthenticated.ToProblem();

        var client = ClientFacts.Of(context);
        var proof = body.Value is { Password: { Length: > 0 } password, Code: null, Passkey: null }
            ? await ByPassword(door, user, caller, password, client, cancel)
            : await ByFactor(caller, body.Value, client, now, cancel);
        if (proof.Refusal is { } refusal) return refusal.ToProblem();
        return TypedResults.Ok(new SteppedUp(
            tokens.AccessToken(user.User, caller.Session, proof.Value, client), tokens.LifetimeSeconds, proof.Value.At));
    }

    private async ValueTask<Result<SignInProof>> ByPassword(
        Door door, FactorUser user, Caller caller, string password, ClientFacts client, CancellationToken cancel)
    {
        var factors = await FactorRow.Of(database, caller.Tenant, caller.User, cancel);
        if (factors.Any(factor => factor.Confirmed)) return FactorRefusals.FactorDemanded;

        // By the same way as a sign-in, with its throttle: a stolen session must not be a place to guess at.
        var proven = await passwords.Check(door, new Credentials(user.User.Email, password, caller.Tenant.Value), client, cancel);
        if (proven.Refusal is { } refusal) return refusal;
        if (proven.Value.User.User != caller.User) return Refusals.InvalidCredentials;
        var entry = AuditEntry.Of(AuditActions.StepUp, caller, client.Origin);
        return await commit.Write<SignInProof>(
            caller.Tenant, (write, token) => Refresh(write, entry, SignInProof.Password, token), cancel);
    }

    private async ValueTask<Result<SignInProof>> ByFactor(
        Caller caller, Body body, ClientFacts client, DateTimeOffset now, CancellationToken cancel)
    {
        if (new FactorBody(body.Challenge, body.Code, null, body.Passkey).Shown is not { } shown || body.Password is not null)
            return Refusals.InvalidRequest;

        Challenge? challenge = null;
        UsedPasskey? passkey = null;
        if (shown.Passkey is { } answer)
        {
            challenge = await challenges.Find(body.Challenge, ChallengePurpose.StepUp, now, cancel);
            if (challenge is null || challenge.Tenant != caller.Tenant || challenge.Session != caller.Session)
                return FactorRefusals.InvalidChallenge;
            passkey = await prove.Verify(challenge, answer, cancel);
        }

        // Two values: a wrong code is counted, so its write must be committed.
        var outcome = await commit.Write<(SignInProof? Proof, Refusal? Refusal)>(
            caller.Tenant,
            async (write, token) =>
            {
                var proof = await prove.Prove(write, caller.User, shown, passkey, token);
                if (proof.Methods is not { } methods) return (null, proof.Refusal);
                if (challenge is not null && !await Challenges.Spend(write, challenge, token)) return FactorRefusals.InvalidChallenge;
                var fresh = await Refresh(write, AuditEntry.Of(AuditActions.StepUp, caller, client.Origin), methods, token);
                return fresh.IsRefused ? fresh.Refusal! : (fresh.Value, null);
            },
            cancel);
        if (outcome.Refusal is { } notWritten) return notWritten;
        return outcome.Value.Proof is { } done ? done : outcome.Value.Refusal!;
    }

    private static async ValueTask<Result<SignInProof>> Refresh(
        WriteTransaction write, AuditEntry entry, string methods, CancellationToken cancel)
    {
        object?[] values = [write.At.ToMicroseconds(), methods, write.Tenant.Value, entry.Session?.Value];
        if (await write.Execute(Prove, values, cancel) == 0) return Authentication.Unauthenticated;
        AuditTrail.Add(write, entry with { Detail = $"by={methods}" });
        return new SignInProof(write.At, methods);
    }

    /// <summary>The answer: a token that says when the proof was given. Tokens of before stay good for what needs none.</summary>
    internal sealed record SteppedUp(string AccessToken, int ExpiresIn, DateTimeOffset AuthenticatedAt);

    private sealed record Body(string? Password, string? Challenge, string? Code, JsonElement? Passkey);

    private static readonly Statement Prove = new("""
        update access_session
        set authenticated_at = @authenticated_at, methods = @methods
        where tenant_id = @tenant_id
          and session_id = @session_id
          and ended_at is null
        """);
}
