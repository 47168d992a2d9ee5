using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Identity.Doors;
using Vagus.Identity.People;
using Vagus.Identity.SecondFactors;
using Vagus.Identity.Sessions;
using Vagus.Kernel;

namespace Vagus.Identity.SigningIn;

/// <summary>E-mail and password at one of the two doors: a session and its tokens.</summary>
internal sealed class SignIn(
    CheckPassword check,
    DemandFactor demand,
    OpenSession open,
    SessionAuthentication sessions,
    GrantTokens tokens,
    KnownDevices devices)
{
    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(1);

    public static void Map(IEndpointRouteBuilder endpoints, Door door, string path) =>
        endpoints.MapPost(
            "/login", (HttpContext context, SignIn signIn, CancellationToken cancel) => signIn.Answer(context, door, path, cancel))
            .AllowAnyone("signing in is how one becomes a caller")
            .Audits(AuditActions.SignIn);

    private async Task<Results<Ok<SignedIn>, ProblemHttpResult>> Answer(
        HttpContext context, Door door, string path, CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        var body = await JsonBody.Read<Body>(context.Request, cancel);
        if (body.Refusal is { } unreadable) return unreadable.ToProblem();
        if (body.Value.Credentials is not { } credentials) return Refusals.InvalidRequest.ToProblem();

        var client = ClientFacts.Of(context);
        var outcome = await Run(door, credentials, client, cancel);
        if (outcome.Refusal is { } refusal)
        {
            if (refusal.Kind == RefusalKind.TooMany) context.Response.Headers.RetryAfter = RetryAfter(refusal);
            return refusal is FactorOwed owed ? Problem(owed) : refusal.ToProblem();
        }

        return TypedResults.Ok(Welcome(context, (door, path), outcome.Value, client));
    }

    public async ValueTask<Result<SignedIn>> Run(Door door, Credentials credentials, ClientFacts client, CancellationToken cancel)
    {
        var proven = await check.Check(door, credentials, client, cancel);
        if (proven.Refusal is { } refusal) return refusal;

        if (await demand.Of(proven.Value, client, cancel) is { } owed) return owed;
        return await Open(proven.Value, SignInProof.Password, client, cancel);
    }

    /// <summary>A session for a user who has shown everything that is owed.</summary>
    /// <param name="proven">Who it is.</param>
    /// <param name="methods">What was shown: <c>amr</c> of the session's tokens.</param>
    /// <param name="client">What is known of the client.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async ValueTask<Result<SignedIn>> Open(ProvenUser proven, string methods, ClientFacts client, CancellationToken cancel)
    {
        var opened = await open.Open(proven, methods, client, cancel);
        if (opened.Refusal is { } notOpened) return notOpened;

        sessions.Announce(opened.Value.Displaced);
        return tokens.Grant(opened.Value.User, opened.Value.Session, opened.Value.Proof, opened.Value.RefreshToken, client);
    }

    /// <summary>What a sign-in answers; in browser mode the device knows the account from then on.</summary>
    internal SignedIn Welcome(HttpContext context, (Door Door, string Path) at, SignedIn granted, ClientFacts client)
    {
        var delivered = Deliver(context, at.Path, granted, client);
        if (!client.IsBrowser) return delivered;
        var account = CheckPassword.AccountOf(at.Door, UserRow.KeyOf(granted.User.Email));
        DeviceCookie.Set(context, at.Path, devices.With(client.Device, account));
        return delivered;
    }

    /// <summary>In browser mode the refresh token leaves the body and goes into the cookie.</summary>
    internal SignedIn Deliver(HttpContext context, string path, SignedIn granted, ClientFacts client)
    {
        if (!client.IsBrowser || granted.RefreshToken is not { } token) return granted;
        RefreshCookie.Set(context, path, token, tokens.SessionLifetime);
        return granted with { RefreshToken = null };
    }

    private static ProblemHttpResult Problem(FactorOwed owed) => TypedResults.Problem(
        detail: owed.Message,
        statusCode: StatusCodes.Status401Unauthorized,
        extensions: new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["code"] = owed.Code,
            ["challenge"] = owed.Challenge,
            ["expiresIn"] = (int)Challenges.Lifetime.TotalSeconds,
            ["methods"] = owed.Methods,
            ["passkeyOptions"] = owed.PasskeyOptions is { } options ? JsonElement.Parse(options) : null,
        });

    /// <summary>Seconds: an attempt comes back after the throttle's refill, a turn at the passwords much sooner.</summary>
    private static string RetryAfter(Refusal refusal) =>
        ((int)(refusal == Refusals.TooManyAttempts ? SignInThrottle.Refill : BusyPause).TotalSeconds)
            .ToString(CultureInfo.InvariantCulture);

    /// <summary>A person's address and password, or a service account's client id and one of its secrets.</summary>
    private sealed record Body(string? Email, string? Password, string? ClientId, string? ClientSecret, string? Tenant)
    {
        public Credentials? Credentials => this switch
        {
            { Email: { Length: > 0 } email, Password: { Length: > 0 } password, ClientId: null, ClientSecret: null } =>
                new(email, password, NamedTenant),
            { ClientId: { Length: > 0 } id, ClientSecret: { Length: > 0 } secret, Email: null, Password: null } =>
                new(UserRow.AddressOfService(id), secret, NamedTenant),
            _ => null,
        };

        private string? NamedTenant => string.IsNullOrEmpty(Tenant) ? null : Tenant;
    }
}
