using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vagus.Identity.Keys;

namespace Vagus.Identity.Providers;

/// <summary>
/// The keys of one provider: asked for when a token needs them, ten minutes after the last time or when a token names a key that is not
/// known, and at most once a minute either way. While the provider does not answer, its keys of the last day are still believed.
/// </summary>
internal sealed partial class ProviderKeys(OpenIdProvider provider, HttpClient http, TimeProvider clock, ILogger<ProviderKeys> logger)
    : IDisposable
{
    public static readonly TimeSpan RefreshAfter = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan AskAtMostEvery = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan BelieveFor = TimeSpan.FromHours(24);

    private readonly SemaphoreSlim asking = new(1, 1);
    private volatile Known known = new(FrozenDictionary<string, VerificationKey>.Empty, DateTimeOffset.MinValue);
    private DateTimeOffset askedAt = DateTimeOffset.MinValue;

    public VerificationKey? Find(string kid) =>
        clock.GetUtcNow() - known.At < BelieveFor ? known.Keys.GetValueOrDefault(kid) : null;

    /// <summary>Sees to it that the key is known, if it can be.</summary>
    public async ValueTask Prepare(string kid, CancellationToken cancel)
    {
        if (IsReady(kid)) return;
        // A key that is known, if not of late, need not wait for a provider that does not answer.
        if (!await asking.WaitAsync(Find(kid) is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancel)) return;
        try
        {
            var now = clock.GetUtcNow();
            if (IsReady(kid) || now - askedAt < AskAtMostEvery) return;
            askedAt = now;
            known = new Known(await Fetch(cancel), now);
            Log.Fetched(logger, provider.Issuer, known.Keys.Count);
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested
            && cause is HttpRequestException or JsonException or TaskCanceledException)
        {
            Log.NotFetched(logger, provider.Issuer, cause.GetType().Name);
        }
        finally
        {
            asking.Release();
        }
    }

    public void Dispose()
    {
        asking.Dispose();
        http.Dispose();
    }

    private bool IsReady(string kid) => clock.GetUtcNow() - known.At < RefreshAfter && known.Keys.ContainsKey(kid);

    private async Task<FrozenDictionary<string, VerificationKey>> Fetch(CancellationToken cancel)
    {
        using var configuration = await Read($"{provider.Issuer.TrimEnd('/')}/.well-known/openid-configuration", cancel);
        // OpenID Connect Discovery 1.0, 4.3: the document must be of the issuer that was asked.
        var root = configuration.RootElement;
        if (root.ValueKind != JsonValueKind.Object || Tokens.AccessClaims.Text(root, "issuer") != provider.Issuer)
            throw new JsonException("The configuration is of another issuer.");
        if (Tokens.AccessClaims.Text(root, "jwks_uri") is not { } address || !Uri.IsWellFormedUriString(address, UriKind.Absolute))
            throw new JsonException("The configuration names no keys.");

        using var keys = await Read(address, cancel);
        return keys.RootElement.ValueKind == JsonValueKind.Object
            ? KeySet.Read(keys.RootElement) : throw new JsonException("The keys are no object.");
    }

    private async Task<JsonDocument> Read(string address, CancellationToken cancel)
    {
        using var answer = await http.GetAsync(new Uri(address), cancel);
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancel), new JsonDocumentOptions { MaxDepth = 16 });
    }

    private sealed record Known(FrozenDictionary<string, VerificationKey> Keys, DateTimeOffset At);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Count} keys of the issuer {Issuer} were fetched")]
        public static partial void Fetched(ILogger logger, string issuer, int count);

        [LoggerMessage(2, LogLevel.Warning, "The keys of the issuer {Issuer} could not be fetched: {Cause}")]
        public static partial void NotFetched(ILogger logger, string issuer, string cause);
    }
}
