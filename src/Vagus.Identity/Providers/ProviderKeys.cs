using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vagus.Identity.Keys;
using Vagus.Identity.Tokens;

namespace Vagus.Identity.Providers;

/// <summary>The keys of one provider, found by its discovery document.</summary>
internal sealed class ProviderKeys(OpenIdProvider provider, HttpClient http, TimeProvider clock, ILogger<ProviderKeys> logger)
    : FetchedKeys(provider.Issuer, clock, logger)
{
    protected override async Task<FrozenDictionary<string, VerificationKey>> Fetch(CancellationToken cancel)
    {
        using var configuration = await Read(http, $"{provider.Issuer.TrimEnd('/')}/.well-known/openid-configuration", cancel);
        // OpenID Connect Discovery 1.0, 4.3: the document must be of the issuer that was asked.
        var root = configuration.RootElement;
        if (root.ValueKind != JsonValueKind.Object || AccessClaims.Text(root, "issuer") != provider.Issuer)
            throw new JsonException("The configuration is of another issuer.");
        if (AccessClaims.Text(root, "jwks_uri") is not { } address || !Uri.IsWellFormedUriString(address, UriKind.Absolute))
            throw new JsonException("The configuration names no keys.");

        using var keys = await Read(http, address, cancel);
        return keys.RootElement.ValueKind == JsonValueKind.Object
            ? KeySet.Read(keys.RootElement) : throw new JsonException("The keys are no object.");
    }
}
