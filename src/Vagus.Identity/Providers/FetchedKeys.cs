using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vagus.Identity.Keys;
using Vagus.Kernel;

namespace Vagus.Identity.Providers;

/// <summary>
/// Public keys that another host publishes: asked for when a token needs them, ten minutes after the last time or when a token names a key
/// that is not known, and at most once a minute either way. While the host does not answer, its keys of the last day are still believed.
/// </summary>
internal abstract partial class FetchedKeys(string source, TimeProvider clock, ILogger logger) : IDisposable
{
    public static readonly TimeSpan RefreshAfter = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan AskAtMostEvery = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan BelieveFor = TimeSpan.FromHours(24);

    private readonly SemaphoreSlim asking = new(1, 1);
    private volatile Known known = new(FrozenDictionary<string, VerificationKey>.Empty, DateTimeOffset.MinValue);
    private DateTimeOffset askedAt = DateTimeOffset.MinValue;

    /// <summary>The host or address, for the log.</summary>
    protected string Source => source;

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
            // For all who wait: a caller that hangs up must not end it. The client has a time limit of its own.
            known = new Known(await Fetch(CancellationToken.None), now);
            Log.Fetched(logger, source, known.Keys.Count);
        }
        catch (Exception cause) when (cause is HttpRequestException or JsonException or TaskCanceledException)
        {
            Log.NotFetched(logger, source, FailureName.Of(cause));
        }
        finally
        {
            asking.Release();
        }
    }

    public void Dispose()
    {
        asking.Dispose();
    }

    private bool IsReady(string kid) => clock.GetUtcNow() - known.At < RefreshAfter && known.Keys.ContainsKey(kid);

    protected abstract Task<FrozenDictionary<string, VerificationKey>> Fetch(CancellationToken cancel);

    protected static async Task<JsonDocument> Read(HttpClient http, string address, CancellationToken cancel)
    {
        using var answer = await http.GetAsync(new Uri(address), cancel);
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancel), new JsonDocumentOptions { MaxDepth = 16 });
    }

    private sealed record Known(FrozenDictionary<string, VerificationKey> Keys, DateTimeOffset At);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Count} keys of {Source} were fetched")]
        public static partial void Fetched(ILogger logger, string source, int count);

        [LoggerMessage(2, LogLevel.Warning, "The keys of {Source} could not be fetched: {Cause}")]
        public static partial void NotFetched(ILogger logger, string source, string cause);
    }
}
