using Microsoft.Extensions.Logging;
using Vagus.Access.Outgoing;
using Vagus.Identity.Tokens;

namespace Vagus.Identity.Providers;

/// <summary>Verifies tokens of other issuers, each by the keys and rules of its own issuer.</summary>
internal sealed class ProviderTokens : IDisposable
{
    private const int MaxKeySet = 256 * 1024;
    private readonly List<Trusted> providers = [];
    private readonly TimeProvider clock;

    public ProviderTokens(IdentityOptions options, TimeProvider clock, ILogger<ProviderKeys> logger)
    {
        this.clock = clock;
        foreach (var provider in options.Providers)
        {
            var http = GuardedHttp.Create(new OutgoingRules { PrivateToo = provider.PrivateNetwork, MaxBytes = MaxKeySet });
            var keys = new ProviderKeys(provider, http, clock, logger);
            providers.Add(new Trusted(provider, http, keys, new TrustedIssuer(provider.Issuer, provider.Audience, keys.Find)));
        }
    }

    /// <summary>The claims, or why there are none.</summary>
    public async ValueTask<(ProviderClaims? Claims, TokenFault Fault)> Verify(string token, CancellationToken cancel)
    {
        using var opened = OpenedToken.Open(token, out var fault);
        if (opened is null) return (null, fault);
        var trusted = providers.FirstOrDefault(one => string.Equals(one.Provider.Issuer, opened.Issuer, StringComparison.Ordinal));
        if (trusted is null) return (null, TokenFault.UnknownIssuer);
        if (!IsOfKind(opened.Kind, trusted.Provider.TokenType)) return (null, TokenFault.WrongKind);

        if (opened.Kid is { } kid) await trusted.Keys.Prepare(kid, cancel);
        var signatureFault = opened.SignatureFault(trusted.Issuer);
        if (signatureFault != TokenFault.None) return (null, signatureFault);
        return Check(opened, trusted.Provider);
    }

    public void Dispose()
    {
        foreach (var provider in providers)
        {
            provider.Keys.Dispose();
            provider.Http.Dispose();
        }
    }

    private (ProviderClaims? Claims, TokenFault Fault) Check(OpenedToken opened, OpenIdProvider provider)
    {
        if (ProviderClaims.Read(opened.Payload, provider) is not { } claims) return (null, TokenFault.MissingClaim);
        if (AccessClaims.Instant(opened.Payload, "iat") is not { } issuedAt) return (null, TokenFault.MissingClaim);
        if (!TokenVerifier.NamesAudience(opened.Payload, provider.Audience)) return (null, TokenFault.WrongAudience);
        var timeFault = TokenVerifier.TimeFault(opened.Payload, issuedAt, claims.ExpiresAt, clock.GetUtcNow());
        return timeFault == TokenFault.None ? (claims, TokenFault.None) : (null, timeFault);
    }

    private static bool IsOfKind(string? kind, string wanted) =>
        string.Equals(kind, wanted, StringComparison.OrdinalIgnoreCase)
        || string.Equals(kind, $"application/{wanted}", StringComparison.OrdinalIgnoreCase);

    private sealed record Trusted(OpenIdProvider Provider, HttpClient Http, ProviderKeys Keys, TrustedIssuer Issuer);
}
