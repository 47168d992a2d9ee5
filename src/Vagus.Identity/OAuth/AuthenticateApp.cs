using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Vagus.Identity.Doors;
using Vagus.Identity.SigningIn;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.OAuth;

/// <summary>An application and how a request showed that it is this one.</summary>
/// <param name="App">The application.</param>
/// <param name="Proven">False for a public one: anybody can name its id.</param>
internal sealed record KnownApp(AppRow App, bool Proven);

/// <summary>
/// Who asks at the OAuth endpoints: by assertion, by secret in the header or the body, or by id alone. An application proves itself in the
/// one way that it is registered with. Failures of one application from one network come slower and slower, as those of a person do.
/// </summary>
internal sealed class AuthenticateApp(Database database, CheckAssertion assertions, SignInThrottle throttle)
{
    public async ValueTask<Result<KnownApp>> Of(HttpContext context, OAuthForm form, CancellationToken cancel)
    {
        var known = await Authenticate(context, form, cancel);
        if (!known.IsRefused) context.Features.Set(new AskingApp(known.Value.App.Id));
        return known;
    }

    private async ValueTask<Result<KnownApp>> Authenticate(HttpContext context, OAuthForm form, CancellationToken cancel)
    {
        var basic = Basic(context.Request);
        var ways = (basic is null ? 0 : 1) + (form["client_secret"] is null ? 0 : 1) + (form["client_assertion"] is null ? 0 : 1);
        if (ways > 1) return OAuthErrors.InvalidRequest;
        if (context.Request.Headers.Authorization.Count > 0 && basic is null) return OAuthErrors.InvalidClient;
        if (ways == 0) return await Public(form["client_id"] ?? await OfRefresh(form, cancel), cancel);

        var network = ClientFacts.Of(context).Network;
        // By what it says before anything is proven: the right application is slowed with the wrong ones, and answered.
        var account = $"app\n{basic?.Id ?? form["client_id"] ?? Asserted(form)}";
        if (!await throttle.Enter(account, network, cancel)) return OAuthErrors.SlowDown;

        var proven = form["client_assertion"] is null
            ? await BySecret(basic?.Id ?? form["client_id"], basic?.Secret ?? form["client_secret"], cancel)
            : await assertions.Check(form, cancel);
        if (proven.Refusal is { } refusal) return refusal;
        if (proven.Value is not { } app || (basic is not null && form["client_id"] is { } named && named != app.Id))
        {
            throttle.Failed(account);
            return OAuthErrors.InvalidClient;
        }

        throttle.GiveBack(account, network);
        return new KnownApp(app, Proven: true);
    }

    /// <summary>
    /// SMART App Launch 2.2, "Refresh access token": the request of a public application names a refresh token and need not name itself.
    /// </summary>
    private async ValueTask<string?> OfRefresh(OAuthForm form, CancellationToken cancel) =>
        form["grant_type"] == "refresh_token" && form["refresh_token"] is { Length: RefreshToken.Length } token
            ? await database.QueryOne(AppOfRefresh, [SecretHash.Of(token)], row => row.GetString(0), cancel) : null;

    private static string? Asserted(OAuthForm form)
    {
        using var opened = OpenedToken.Open(form["client_assertion"] ?? "", out _);
        return opened?.Issuer;
    }

    private async ValueTask<Result<KnownApp>> Public(string? id, CancellationToken cancel)
    {
        var app = id is null ? null : await AppRow.Find(database, id, cancel);
        return app is { Kind: AppKind.Public } ? new KnownApp(app, Proven: false) : OAuthErrors.InvalidClient;
    }

    private async ValueTask<Result<AppRow?>> BySecret(string? id, string? secret, CancellationToken cancel)
    {
        var app = id is null ? null : await AppRow.Find(database, id, cancel);
        if (app is not { Kind: AppKind.Symmetric, SecretHash: { } known } || secret is null) return (AppRow?)null;
        // 256 random bits: one round of SHA-256 is no easier to guess than the secret itself.
        return CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(known), Encoding.ASCII.GetBytes(SecretHash.Of(secret))) ? app : null;
    }

    /// <summary>RFC 6749 §2.3.1: id and secret are form-encoded before they are joined.</summary>
    private static (string Id, string Secret)? Basic(HttpRequest request)
    {
        if (request.Headers.Authorization is not [{ Length: < 2000 } header] || !header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return null;
        var bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[6..].Trim(), bytes, out var length)) return null;
        var both = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = both.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : (Uri.UnescapeDataString(both[..colon]), Uri.UnescapeDataString(both[(colon + 1)..]));
    }

    private static readonly Statement AppOfRefresh = new("""
        select s.app_id
        from access_refresh r
        join access_session s on s.tenant_id = r.tenant_id and s.session_id = r.session_id
        where r.token_hash = @token_hash
          and s.app_id is not null
        """);
}
