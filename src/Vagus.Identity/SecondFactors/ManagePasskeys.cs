using System.Text.Json;
using Fido2NetLib;
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
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SecondFactors;

/// <summary>A signed-in user registers a passkey: options for the authenticator, then its answer.</summary>
internal sealed class ManagePasskeys(
    Database database, GroupCommit commit, Challenges challenges, Passkeys passkeys, EnrolTotp enrol, IdSource ids, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost("/factors/passkeys/options", (HttpContext context, ManagePasskeys manage, CancellationToken cancel) =>
            manage.Offer(context, cancel)).Require(Policy.AnyCaller).RequireFreshSignIn()
            .AuditsNothing("options are no factor yet; the registration is recorded");
        endpoints.MapPost("/factors/passkeys", (HttpContext context, ManagePasskeys manage, CancellationToken cancel) =>
            manage.Register(context, cancel)).Require(Policy.AnyCaller).RequireFreshSignIn().Audits(AuditActions.EnrolFactor);
    }

    private async Task<Results<Ok<PasskeyChallenge>, ProblemHttpResult>> Offer(HttpContext context, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = context.Caller();
        if (await FactorUser.Find(database, caller.Tenant, caller.User, cancel) is not { } user)
            return Authentication.Unauthenticated.ToProblem();

        var factors = await FactorRow.Of(database, caller.Tenant, caller.User, cancel);
        if (factors.Count >= FactorRow.MaxPerUser) return FactorRefusals.TooMany.ToProblem();

        var options = passkeys.Offer(user.User, factors).ToJson();
        var added = await commit.Write<string>(
            caller.Tenant,
            async (write, token) =>
                await challenges.Add(write, caller.User, ChallengePurpose.RegisterPasskey, caller.Session, options, token),
            cancel);
        return added.Refusal is { } refusal
            ? refusal.ToProblem() : TypedResults.Ok(new PasskeyChallenge(added.Value, JsonElement.Parse(options)));
    }

    private async Task<Results<Ok<EnrolledFactor>, ProblemHttpResult>> Register(HttpContext context, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var caller = context.Caller();
        var body = await JsonBody.Read<Body>(context.Request, cancel);
        if (body.Refusal is { } unreadable) return unreadable.ToProblem();
        if (body.Value.Passkey is not { ValueKind: JsonValueKind.Object } answer) return Refusals.InvalidRequest.ToProblem();
        if (ManageTotp.NameOf(body.Value.Name, "Passkey") is not { } name) return FactorRefusals.BadName.ToProblem();

        var challenge = await challenges.Find(body.Value.Challenge, ChallengePurpose.RegisterPasskey, clock.GetUtcNow(), cancel);
        if (challenge is not { State: { } offered } || challenge.Tenant != caller.Tenant || challenge.Session != caller.Session)
            return FactorRefusals.InvalidChallenge.ToProblem();
        if (await passkeys.Register(CredentialCreateOptions.FromJson(offered), answer, cancel) is not { } made)
            return FactorRefusals.WrongFactor.ToProblem();

        var enrolled = await commit.Write<EnrolledFactor>(
            caller.Tenant, (write, token) => Store(write, AuditActor.Of(context), challenge, (name, made), token), cancel);
        return enrolled.Refusal is { } refusal ? refusal.ToProblem() : TypedResults.Ok(enrolled.Value);
    }

    private async ValueTask<Result<EnrolledFactor>> Store(
        WriteTransaction write, AuditActor by, Challenge challenge, (string Name, RegisteredPasskey Made) passkey, CancellationToken cancel)
    {
        var (name, made) = passkey;
        if (!await Challenges.Spend(write, challenge, cancel)) return FactorRefusals.InvalidChallenge;
        var before = await FactorRow.Of(write, challenge.User, cancel);
        if (before.Count >= FactorRow.MaxPerUser) return FactorRefusals.TooMany;

        var id = ids.NewId();
        var at = write.At.ToMicroseconds();
        var values = new object?[]
        {
            write.Tenant.Value, id, challenge.User.Value, name, at, made.CredentialId, made.PublicKey, (long)made.SignCount,
        };
        if (await write.Execute(Insert, values, cancel) == 0) return FactorRefusals.Registered;
        return new EnrolledFactor(
            id, await enrol.Note(write, new NewFactor(by, challenge.User, id, FactorKind.Passkey), before, cancel));
    }

    private sealed record Body(string? Challenge, string? Name, JsonElement? Passkey);

    private static readonly Statement Insert = new("""
        insert into access_factor
          (tenant_id, factor_id, user_id, kind, name, created_at, confirmed_at, credential_id, public_key, sign_count)
        values
          (@tenant_id, @factor_id, @user_id, 'passkey', @name, @at, @at, @credential_id, @public_key, @sign_count)
        on conflict do nothing
        """);
}

/// <summary>What a client hands to <c>navigator.credentials</c>, and the challenge it shows with the answer.</summary>
internal sealed record PasskeyChallenge(string Challenge, JsonElement Options);
