using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vagus.Access.Sessions;
using Vagus.Identity.Keys;
using Vagus.Identity.SigningIn;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.OAuth;

/// <summary>
/// <c>private_key_jwt</c> as SMART App Launch 2.2 ("client-confidential-asymmetric") and RFC 7523 §3 have it. What costs little is checked
/// first; the signature, which costs much, comes last, and after it the <c>jti</c>, so that strangers use none up.
/// </summary>
internal sealed partial class CheckAssertion(
    Database database, GroupCommit commit, AppKeys keys, OAuthAddresses addresses, TimeProvider clock, ILogger<CheckAssertion> logger)
{
    public const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    public static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(5);

    /// <summary>How far the application's clock may be off.</summary>
    public static readonly TimeSpan Leeway = TimeSpan.FromSeconds(10);

    private const int MaxTokenId = 200;
    private static readonly string[] Algorithms = [VerificationKey.Rs384, VerificationKey.Es384, VerificationKey.Es256];

    /// <summary>The application that signed, or null: every fault is the same answer outside.</summary>
    public async ValueTask<Result<AppRow?>> Check(OAuthForm form, CancellationToken cancel)
    {
        using var opened = OpenedToken.Open(form["client_assertion"] ?? "", out _);
        if (Fault(opened, form) is { } fault || opened?.Issuer is not { } id || opened.Kid is not { } kid)
            return Refuse(opened?.Issuer, "claims");
        if (await AppRow.Find(database, id, cancel) is not { Kind: AppKind.Asymmetric } app) return Refuse(id, "application");
        if (await keys.Find(app, kid, cancel) is not { } key) return Refuse(id, "key");

        var issuer = new TrustedIssuer(id, addresses.Token, named => named == kid ? key : null);
        var signature = opened.SignatureFault(issuer);
        if (signature != TokenFault.None) return Refuse(id, signature.ToString());
        return await Spend(app, opened.Payload, cancel);
    }

    private string? Fault(OpenedToken? opened, OAuthForm form)
    {
        if (opened is null) return "form";
        if (form["client_assertion_type"] != Type || !string.Equals(opened.Kind, "JWT", StringComparison.OrdinalIgnoreCase)) return "type";
        if (!Algorithms.Contains(opened.Algorithm, StringComparer.Ordinal)) return "algorithm";

        var (payload, now) = (opened.Payload, clock.GetUtcNow());
        if (opened.Issuer is not { } issuer || AccessClaims.Text(payload, "sub") != issuer) return "subject";
        if (form["client_id"] is { } named && named != issuer) return "subject";
        if (!IsForUs(payload)) return "audience";
        if (AccessClaims.Instant(payload, "exp") is not { } expires || expires <= now - Leeway) return "expired";
        if (expires > now + LongestLife + Leeway || IsLater(payload, "iat", now) || IsLater(payload, "nbf", now)) return "time";
        return AccessClaims.Text(payload, "jti") is { Length: <= MaxTokenId } ? null : "id";
    }

    // One audience: an assertion that another server takes too could be shown here by that server.
    private bool IsForUs(JsonElement payload) => payload.TryGetProperty("aud", out var named) && named.ValueKind switch
    {
        JsonValueKind.String => named.ValueEquals(addresses.Token),
        JsonValueKind.Array => named.GetArrayLength() == 1 && named[0].ValueKind == JsonValueKind.String
            && named[0].ValueEquals(addresses.Token),
        _ => false,
    };

    private static bool IsLater(JsonElement payload, string name, DateTimeOffset now) =>
        payload.TryGetProperty(name, out _) && !(AccessClaims.Instant(payload, name) <= now + TokenVerifier.Skew);

    /// <summary>An id counts once: of two who show it, one inserts it.</summary>
    private async ValueTask<Result<AppRow?>> Spend(AppRow app, JsonElement payload, CancellationToken cancel)
    {
        var hash = SecretHash.Of(AccessClaims.Text(payload, "jti") ?? "");
        // Kept for longer than the assertion could be taken.
        var until = (clock.GetUtcNow() + LongestLife + (4 * Leeway)).ToMicroseconds();
        var spent = await commit.Write<int>(
            app.Tenant, async (write, token) => await write.Execute(Insert, [app.Id, hash, until], token), cancel);
        if (spent.Refusal is { } refusal) return refusal;
        return spent.Value == 1 ? app : Refuse(app.Id, "replay");
    }

    private Result<AppRow?> Refuse(string? app, string why)
    {
        // The id is a client's text until it is that of an application.
        var isId = app is { Length: <= 64 } && app.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');
        Log.Refused(logger, isId && app is not null ? app : "?", why);
        return (AppRow?)null;
    }

    private static readonly Statement Insert = new("""
        insert into access_app_assertion (app_id, jti_hash, expires_at)
        values (@app_id, @jti_hash, @expires_at)
        on conflict do nothing
        """);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "An assertion of application {App} was refused: {Why}")]
        public static partial void Refused(ILogger logger, string app, string why);
    }
}
