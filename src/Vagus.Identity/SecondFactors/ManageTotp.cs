using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Identity.Doors;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SecondFactors;

/// <summary>A signed-in user sets up an authenticator app.</summary>
internal static class ManageTotp
{
    private const int MaxName = 100;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/factors/totp", Offer).Require(Policy.AnyCaller).RequireFreshSignIn()
            .AuditsNothing("an offer is no factor yet; the confirmation is recorded");
        endpoints.MapPost("/factors/totp/{id}/confirmation", Confirm).Require(Policy.AnyCaller).RequireFreshSignIn()
            .Audits(AuditActions.EnrolFactor);
    }

    private static async Task<Results<Ok<TotpOffer>, ProblemHttpResult>> Offer(
        HttpContext context, Database database, GroupCommit commit, EnrolTotp enrol, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = context.Caller();
        var body = await JsonBody.Read<OfferBody>(context.Request, cancel);
        if (body.Refusal is { } unreadable) return unreadable.ToProblem();
        if (NameOf(body.Value.Name, "Authenticator") is not { } name) return FactorRefusals.BadName.ToProblem();
        if (await FactorUser.Find(database, caller.Tenant, caller.User, cancel) is not { } user)
            return Authentication.Unauthenticated.ToProblem();

        var offer = await commit.Write<TotpOffer>(caller.Tenant, (write, token) => enrol.Offer(write, user, name, token), cancel);
        return offer.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.Ok(offer.Value);
    }

    private static async Task<Results<Ok<EnrolledFactor>, ProblemHttpResult>> Confirm(
        string id, HttpContext context, GroupCommit commit, EnrolTotp enrol, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = context.Caller();
        var body = await JsonBody.Read<ConfirmBody>(context.Request, cancel);
        if (body.Refusal is { } unreadable) return unreadable.ToProblem();
        if (body.Value.Code is not { Length: > 0 } code) return Refusals.InvalidRequest.ToProblem();

        var enrolled = await commit.Write<Enrolment>(
            caller.Tenant, (write, token) => enrol.Confirm(write, AuditActor.Of(context), caller.User, (id, code), token), cancel);
        if ((enrolled.Refusal ?? enrolled.Value.Refusal) is { } refusal) return refusal.ToProblem();
        return TypedResults.Ok(new EnrolledFactor(id, enrolled.Value.RecoveryCodes));
    }

    /// <summary>Null when it cannot be a name.</summary>
    internal static string? NameOf(string? given, string otherwise)
    {
        if (string.IsNullOrWhiteSpace(given)) return otherwise;
        return given.Length <= MaxName && !given.Any(char.IsControl) ? given : null;
    }

    private sealed record OfferBody(string? Name);

    private sealed record ConfirmBody(string? Code);
}

/// <summary>A factor that counts from now on. Recovery codes come with the first one and are shown this once.</summary>
internal sealed record EnrolledFactor(string Id, IReadOnlyList<string> RecoveryCodes);
