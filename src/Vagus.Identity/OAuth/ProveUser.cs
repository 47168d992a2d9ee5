using Microsoft.AspNetCore.Http;
using Vagus.Identity.Doors;
using Vagus.Identity.People;
using Vagus.Identity.SecondFactors;
using Vagus.Identity.Sessions;
using Vagus.Identity.SigningIn;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Identity.OAuth;

/// <summary>
/// Sign-in at our own door as a part of an authorization: the same password check, throttle and second factor. No session of the user's own
/// is opened; the application gets one when the user consents.
/// </summary>
internal sealed class ProveUser(
    CheckPassword check, DemandFactor demand, CompleteSignIn complete, GroupCommit commit, TimeProvider clock)
{
    public async ValueTask<StepTaken> Password(
        AppRow app, AuthorizeState state, OAuthForm form, HttpContext context, CancellationToken cancel)
    {
        if (state.User is not null) return new StepTaken(state);
        if (form["email"] is not { } email || form["password"] is not { } password)
            return new StepTaken(state, Refusals.InvalidCredentials);
        var door = state.Launch is null && form["door"] == "patient" ? Door.Patient : Door.Staff;
        state = state with { Door = door, FactorChallenge = null };

        var credentials = new Credentials(email, password, app.Tenant.Value);
        var proven = await check.Check(door, credentials, ClientFacts.Of(context), cancel);
        if (proven.Refusal is { } refusal) return new StepTaken(state, refusal);
        if (state.LaunchUser is { } launcher && launcher != proven.Value.User.User.Value) return new StepTaken(state, AnotherUser);

        if (await demand.Of(proven.Value, ClientFacts.Of(context), cancel) is { } owed)
        {
            if (owed is not FactorOwed factor) return new StepTaken(state, owed);
            // A factor is enrolled in the apps of Vagus only, so a user without one is refused here.
            return factor.Methods.Count == 0
                ? new StepTaken(state, owed) : new StepTaken(state with { FactorChallenge = factor.Challenge });
        }

        if (proven.Value.NewHash is { } hash) await Rehash(proven.Value.User, hash, cancel);
        return new StepTaken(Proven(state, proven.Value.User, SignInProof.Password));
    }

    public async ValueTask<StepTaken> Factor(HttpContext context, AuthorizeState state, OAuthForm form, CancellationToken cancel)
    {
        if (state.User is not null || state.FactorChallenge is null) return new StepTaken(state);
        var shown = new FactorBody(null, form["code"], form["recovery"], null).Shown;
        if (shown is null) return new StepTaken(state, FactorRefusals.WrongFactor);

        var proven = await complete.Prove(context, state.Door, state.FactorChallenge, shown, cancel);
        if (proven.Refusal is not { } refusal) return new StepTaken(Proven(state, proven.Value.User, proven.Value.Methods));
        // A challenge that is over begins with the password again.
        return new StepTaken(refusal == FactorRefusals.InvalidChallenge ? state with { FactorChallenge = null } : state, refusal);
    }

    private AuthorizeState Proven(AuthorizeState state, UserRow user, string methods) =>
        state with
    {
        User = user.User.Value,
        SecurityVersion = user.SecurityVersion,
        ProvenAt = clock.GetUtcNow(),
        Methods = methods,
        FactorChallenge = null,
    };

    private async ValueTask Rehash(UserRow user, string hash, CancellationToken cancel) => await commit.Write<string>(
        user.Tenant,
        async (write, token) =>
        {
            if (!await SamePassword.Hold(write, user.User, user.SecurityVersion, token)) return Refusals.InvalidCredentials;
            await SamePassword.Rehash(write, user.User, hash, token);
            return hash;
        },
        cancel);

    private static readonly Refusal AnotherUser = new(
        RefusalKind.Forbidden, "another_user", "Sign in as the user who opened the application.");
}
