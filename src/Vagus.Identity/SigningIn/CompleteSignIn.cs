using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Identity.Doors;
using Vagus.Identity.People;
using Vagus.Identity.Sessions;
using Vagus.Identity.SecondFactors;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SigningIn;

/// <summary>The second step of a sign-in: the challenge that the password earned, and a second factor.</summary>
internal sealed class CompleteSignIn(
    Database database, GroupCommit commit, Challenges challenges, ProveFactor prove, SignIn signIn, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder endpoints, Door door, string path) =>
        endpoints.MapPost(
            "/login/second-factor",
            (HttpContext context, CompleteSignIn complete, CancellationToken cancel) => complete.Answer(context, door, path, cancel))
            .AllowAnyone("the challenge of a right password is the credential")
            .Audits(AuditActions.UseFactor);

    private async Task<Results<Ok<SignedIn>, ProblemHttpResult>> Answer(
        HttpContext context, Door door, string path, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var body = await JsonBody.Read<FactorBody>(context.Request, cancel);
        if (body.Refusal is { } unreadable) return unreadable.ToProblem();
        if (body.Value.Shown is not { } shown) return Refusals.InvalidRequest.ToProblem();

        var client = ClientFacts.Of(context);
        var outcome = await Run(context, door, body.Value.Challenge, shown, cancel);
        return outcome.Refusal is { } refusal
            ? refusal.ToProblem() : TypedResults.Ok(signIn.Welcome(context, (door, path), outcome.Value, client));
    }

    private async ValueTask<Result<SignedIn>> Run(
        HttpContext context, Door door, string? secret, ShownFactor shown, CancellationToken cancel)
    {
        var proven = await Prove(context, door, secret, shown, cancel);
        if (proven.Refusal is { } refusal) return refusal;
        return await signIn.Open(
            new ProvenUser(proven.Value.User, NewHash: null), proven.Value.Methods, ClientFacts.Of(context), cancel);
    }

    /// <summary>Who has now shown a password and a second factor, and which; no session is opened.</summary>
    public async ValueTask<Result<(UserRow User, string Methods)>> Prove(
        HttpContext context, Door door, string? secret, ShownFactor shown, CancellationToken cancel)
    {
        var client = ClientFacts.Of(context);
        var challenge = await challenges.Find(secret, ChallengePurpose.SignIn, clock.GetUtcNow(), cancel);
        if (challenge is null) return FactorRefusals.InvalidChallenge;
        var known = await FactorUser.Find(database, challenge.Tenant, challenge.User, cancel);
        if (known is null || UserRow.DoorOf(known.User.Role) != door) return FactorRefusals.InvalidChallenge;

        context.Concerns(new AuditSubject(challenge.Tenant) { User = challenge.User });
        var passkey = shown.Passkey is { } answer ? await prove.Verify(challenge, answer, cancel) : null;
        var outcome = await commit.Write<FactorProof>(
            challenge.Tenant,
            async (write, token) =>
            {
                var proof = await prove.Prove(write, challenge.User, shown, passkey, token);
                // A wrong one is recorded with its refusal, as every refusal is.
                if (proof.Methods is null) return proof;
                AuditTrail.Add(write, FactorEntries.Of(client.Actor, AuditActions.UseFactor, challenge.User, $"by={proof.Methods}"));
                return await Challenges.Spend(write, challenge, token) ? proof : FactorRefusals.InvalidChallenge;
            },
            cancel);
        if (outcome.Refusal is { } refusal) return refusal;
        if (outcome.Value.Methods is not { } methods) return outcome.Value.Refusal!;
        return (known.User, SignInProof.WithPassword(methods));
    }
}
