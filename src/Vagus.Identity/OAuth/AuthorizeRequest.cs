using Vagus.Access.Authorization;
using Vagus.Access.Sessions;
using Vagus.Identity.Doors;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Identity.OAuth;

/// <summary>Where a request for authorization stands: it may begin, or is refused, to the application or on a page of the server.</summary>
/// <param name="App">The application; null where it, or the address to go back to, is not registered.</param>
/// <param name="State">Set when it may begin.</param>
/// <param name="Refusal">Set when it may not.</param>
internal sealed record Asked(AppRow? App, AuthorizeState? State, Refusal? Refusal);

/// <summary>
/// Reads the request of an authorization (RFC 6749 §4.1.1, RFC 7636, SMART App Launch 2.2 "Obtain authorization code"), strictly: what is not
/// exactly as registered stops here.
/// </summary>
internal sealed class AuthorizeRequest(
    Database database, LaunchContext launches, OAuthAddresses addresses, ICheckScopes store, TimeProvider clock)
{
    private const int ChallengeLength = 43;
    private const int MaxEcho = 1024;
    private const int MaxNonce = 255;

    public async ValueTask<Asked> Read(OAuthForm form, CancellationToken cancel)
    {
        if (form["client_id"] is not { } id || await AppRow.Find(database, id, cancel) is not { } app)
            return new Asked(null, null, UnknownApp);
        // As a text: an address that only leads to the same place is another one.
        if (form["redirect_uri"] is not { } redirect || !app.RedirectUris.Contains(redirect, StringComparer.Ordinal))
            return new Asked(null, null, UnknownRedirect);

        if (Fault(form) is { } fault) return new Asked(app, null, fault);
        var scopes = RequestedScopes.Read(form["scope"], store);
        if (scopes.Refusal is { } malformed) return new Asked(app, null, malformed);
        var cut = RequestedScopes.Cut(scopes.Value, app.Scopes, "patient", "user");
        if (cut.Refusal is { } wrong) return new Asked(app, null, wrong);
        if (cut.Value.Count == 0) return new Asked(app, null, OAuthErrors.NoScopes);

        var state = new AuthorizeState
        {
            App = app.Id,
            Tenant = app.Tenant.Value,
            RedirectUri = redirect,
            Echo = form["state"] ?? "",
            Scopes = [.. cut.Value],
            Challenge = form["code_challenge"] ?? "",
            Nonce = form["nonce"],
            Until = clock.GetUtcNow() + AuthorizeState.Lifetime,
        };
        return await WithLaunch(app, state, form["launch"], cancel);
    }

    private async ValueTask<Asked> WithLaunch(AppRow app, AuthorizeState state, string? handle, CancellationToken cancel)
    {
        var asks = state.Scopes.Contains(RequestedScopes.Launch, StringComparer.Ordinal);
        if (handle is null) return asks ? new Asked(app, null, NoLaunch) : new Asked(app, state, null);
        if (!asks || await launches.Find(app, handle, cancel) is not { } launch) return new Asked(app, null, NoLaunch);
        return new Asked(
            app,
            state with
            {
                Launch = launch.HandleHash,
                LaunchUser = launch.User.Value,
                Parent = launch.Session.Value,
                Patient = launch.Patient.Value,
                Encounter = launch.Encounter,
                Door = Door.Staff,
            },
            null);
    }

    private Refusal? Fault(OAuthForm form)
    {
        if (form["state"] is not { Length: <= MaxEcho }) return Wrong("state is required, and has at most 1,024 characters.");
        if (form["response_type"] != "code") return UnsupportedResponse;
        if (form["response_mode"] is not (null or "query")) return Wrong("The response mode is query.");
        if (form["aud"] != addresses.Fhir) return Wrong("aud must be the address of this FHIR server.");
        if (form["code_challenge_method"] != "S256") return Wrong("code_challenge_method must be S256.");
        if (form["code_challenge"] is not { Length: ChallengeLength } challenge || !challenge.All(IsBase64Url))
            return Wrong("code_challenge must be a SHA-256 in base64url.");
        if (form["nonce"] is { Length: > MaxNonce }) return Wrong("nonce is too long.");
        if (form["request"] is not null || form["request_uri"] is not null) return Wrong("Requests as objects are not supported.");
        return form["prompt"] == "none" ? LoginRequired : null;
    }

    private static bool IsBase64Url(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_';

    private static Refusal Wrong(string message) => new(RefusalKind.Invalid, "invalid_request", message);

    private static readonly Refusal UnknownApp = new(RefusalKind.Invalid, "invalid_client", "The application is not known here.");

    private static readonly Refusal UnknownRedirect = new(
        RefusalKind.Invalid, "invalid_redirect_uri", "The application asked to go back to an address that is not registered for it.");

    private static readonly Refusal UnsupportedResponse = new(
        RefusalKind.Invalid, "unsupported_response_type", "The response type is code.");

    private static readonly Refusal NoLaunch = new(
        RefusalKind.Invalid, "invalid_request", "The launch is unknown, used or over, or the scope launch was not asked for.");

    private static readonly Refusal LoginRequired = new(RefusalKind.Invalid, "login_required", "The user must sign in.");
}
