using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vagus.Identity.Tokens;
using Vagus.Kernel;

namespace Vagus.Identity.Providers;

/// <summary>What a verified token of a provider says.</summary>
internal sealed record ProviderClaims(
    OpenIdProvider Provider, string Subject, SessionId Session, DateTimeOffset ExpiresAt, DateTimeOffset? AuthenticatedAt, string Methods)
{
    private const int MaxSubject = 255;

    public TenantId Tenant => new(Provider.Tenant);

    /// <summary>
    /// Null when a claim that is needed is missing. One sign-in at the provider is one session here: by its <c>sid</c> and
    /// <c>auth_time</c>, or else by the token, so that what ended here does not begin again with the same sign-in.
    /// </summary>
    public static ProviderClaims? Read(JsonElement payload, OpenIdProvider provider)
    {
        if (AccessClaims.Text(payload, "sub") is not { Length: <= MaxSubject } subject) return null;
        if (AccessClaims.Instant(payload, "exp") is not { } expiresAt) return null;

        var authenticatedAt = AccessClaims.Instant(payload, "auth_time");
        var signIn = AccessClaims.Text(payload, "sid") is not null || authenticatedAt is not null
            ? $"{AccessClaims.Text(payload, "sid")}\n{authenticatedAt?.ToUnixTimeSeconds()}"
            : AccessClaims.Text(payload, "jti");
        if (signIn is null) return null;

        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{provider.Issuer}\n{subject}\n{signIn}"));
        var session = new SessionId($"openid-{Base64Url.EncodeToString(digest)}");
        var methods = AccessClaims.Words(payload, "amr") is { Length: > 0 } told ? told : "openid";
        return new ProviderClaims(provider, subject, session, expiresAt, authenticatedAt, methods);
    }
}
