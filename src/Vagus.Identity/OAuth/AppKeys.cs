using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vagus.Access.Outgoing;
using Vagus.Identity.Keys;
using Vagus.Identity.Limits;
using Vagus.Identity.Providers;
using Vagus.Identity.Tokens;

namespace Vagus.Identity.OAuth;

/// <summary>
/// The public keys of applications: those that were registered with them, or those behind the registered address and no other one. A
/// header's <c>jku</c> is not looked at.
/// </summary>
internal sealed class AppKeys(IdentityOptions options, TimeProvider clock, ILogger<AppKeys> logger) : IDisposable
{
    private const int MaxKept = 2000;

    private readonly HttpClient http = GuardedHttp.Create(new OutgoingRules { PrivateToo = options.AppKeysOnPrivateNetwork });
    private readonly TwoGenerationCache<string, PublishedKeys> published = new(MaxKept);

    /// <summary>The one key of this id; null where there is none, or more than one.</summary>
    public async ValueTask<VerificationKey?> Find(AppRow app, string kid, CancellationToken cancel)
    {
        if (app.Jwks is { } inline) return Read(inline)?.GetValueOrDefault(kid);
        if (app.JwksUrl is not { } address) return null;

        var keys = published.GetOrAdd(address, url => new PublishedKeys(url, http, clock, logger));
        await keys.Prepare(kid, cancel);
        return keys.Find(kid);
    }

    /// <summary>Null where the text is no key set.</summary>
    public static FrozenDictionary<string, VerificationKey>? Read(string jwks)
    {
        try
        {
            using var document = JsonDocument.Parse(jwks, new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object ? KeySet.Read(document.RootElement, VerificationKey.Rs384) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Dispose() => http.Dispose();

    /// <summary>The keys behind one address.</summary>
    private sealed class PublishedKeys(string address, HttpClient http, TimeProvider clock, ILogger logger)
        : FetchedKeys(address, clock, logger)
    {
        protected override async Task<FrozenDictionary<string, VerificationKey>> Fetch(CancellationToken cancel)
        {
            using var keys = await Read(http, Source, cancel);
            return keys.RootElement.ValueKind == JsonValueKind.Object
                ? KeySet.Read(keys.RootElement, VerificationKey.Rs384) : throw new JsonException("The keys are no object.");
        }
    }
}
