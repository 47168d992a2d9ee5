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

/// <summary>
/// For a user of whom the tenant demands a second factor and who has none: an authenticator app is set up between the password and the
/// session. There is no session before.
/// </summary>
internal sealed class EnrolAtSignIn(
    Database database, GroupCommit commit, Challenges challenges, EnrolTotp enrol, SignIn signIn, TimeProvider clock)
{
    private const string FirstName = "Authenticator";

    public static void Map(IEndpointRouteBuilder endpoints, Door door, string path)
    {
        endpoints.MapPost(
            "/login/enrolment", (HttpContext context, EnrolAtSignIn at, CancellationToken cancel) => at.Offer(context, door, cancel))
            .AllowAnyone("the challenge of a right password is the credential")
            .AuditsNothing("an offer is no factor yet; the confirmation is recorded");
        endpoints.MapPost(
            "/login/enrolment/confirmation",
            (HttpContext context, EnrolAtSignIn at, CancellationToken cancel) => at.Confirm(context, door, path, cancel))
            .AllowAnyone("the challenge of a right password is the credential")
            .Audits(AuditActions.EnrolFactor);
    }

    private async Task<Results<Ok<TotpOffer>, ProblemHttpResult>> Offer(HttpContext context, Door door, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var body = await JsonBody.Read<OfferBody>(context.Request, cancel);
        if (body.Refusal is { } unreadable) return unreadable.ToProblem();
        if (await Find(body.Value.Challenge, door, cancel) is not var (challenge, user)) return FactorRefusals.InvalidChallenge.ToProblem();

        var offer = await commit.Write<TotpOffer>(
            challenge.Tenant, (write, token) => enrol.Offer(write, user, FirstName, token), cancel);
        return offer.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.Ok(offer.Value);
    }

    private async Task<Results<Ok<SignedIn>, ProblemHttpResult>> Confirm(
        HttpContext context, Door door, string path, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var body = await JsonBody.Read<ConfirmBody>(context.Request, cancel);
        if (body.Refusal is { } unreadable) return unreadable.ToProblem();
        if (body.Value is not { Id: { Length: > 0 } id, Code: { Length: > 0 } code }) return Refusals.InvalidRequest.ToProblem();
        if (await Find(body.Value.Challenge, door, cancel) is not var (challenge, user)) return FactorRefusals.InvalidChallenge.ToProblem();

        context.Concerns(new AuditSubject(challenge.Tenant) { User = challenge.User });
        var client = ClientFacts.Of(context);
        var enrolled = await commit.Write<Enrolment>(
            challenge.Tenant, (write, token) => Confirm(write, client.Actor, challenge, (id, code), token), cancel);
        if ((enrolled.Refusal ?? enrolled.Value.Refusal) is { } refusal) return refusal.ToProblem();

        var opened = await signIn.Open(
            new ProvenUser(user.User, NewHash: null), SignInProof.WithPassword(SignInProof.OneTimeCode), client, cancel);
        if (opened.Refusal is { } notOpened) return notOpened.ToProblem();
        var welcomed = signIn.Welcome(context, (door, path), opened.Value, client);
        return TypedResults.Ok(welcomed with { RecoveryCodes = enrolled.Value.RecoveryCodes });
    }

    private async ValueTask<Result<Enrolment>> Confirm(
        WriteTransaction write, AuditActor by, Challenge challenge, (string Id, string Code) shown, CancellationToken cancel)
    {
        var enrolled = await enrol.Confirm(write, by, challenge.User, shown, cancel);
        if (enrolled.IsRefused || enrolled.Value.Refusal is not null) return enrolled;
        return await Challenges.Spend(write, challenge, cancel) ? enrolled : FactorRefusals.InvalidChallenge;
    }

    private async ValueTask<(Challenge, FactorUser)?> Find(string? secret, Door door, CancellationToken cancel)
    {
        var challenge = await challenges.Find(secret, ChallengePurpose.EnrolAtSignIn, clock.GetUtcNow(), cancel);
        if (challenge is null) return null;
        var user = await FactorUser.Find(database, challenge.Tenant, challenge.User, cancel);
        return user is not null && UserRow.DoorOf(user.User.Role) == door ? (challenge, user) : null;
    }

    private sealed record OfferBody(string? Challenge);

    private sealed record ConfirmBody(string? Challenge, string? Id, string? Code);
}
