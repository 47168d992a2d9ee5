using System.Collections.Concurrent;
using System.Security.Cryptography;
using Vagus.Kernel;

namespace Vagus.Access.Vault.Roots;

/// <summary>
/// The providers that are configured. One wraps; the others still open what they wrapped, so that an installation can move from one to
/// another. A provider that could not be asked is left alone for a moment, so that requests do not wait for it one by one.
/// </summary>
internal sealed class RootProviders(IReadOnlyList<IRootKeyProvider> providers, string current, TimeSpan timeout, TimeProvider clock)
    : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, DateTimeOffset> pausedUntil = new(StringComparer.Ordinal);
    private readonly IRootKeyProvider wrapping = providers.SingleOrDefault(each => each.Name == current)
        ?? throw new InvalidOperationException($"The root key provider {current} is not configured.");

    public string Wrapping => wrapping.Name;

    public ValueTask<string> Current(CancellationToken cancel) => Ask(wrapping, wrapping.Current, cancel);

    public ValueTask<Result<string>> Rotate(CancellationToken cancel) => Ask(wrapping, wrapping.Rotate, cancel);

    public ValueTask<WrappedKey> Wrap(byte[] key, TenantKeyContext context, CancellationToken cancel) =>
        Ask(wrapping, token => wrapping.Wrap(key, context, token), cancel);

    public ValueTask<byte[]> Unwrap(WrappedKey wrapped, TenantKeyContext context, CancellationToken cancel)
    {
        var provider = Of(wrapped);
        return Ask(provider, token => provider.Unwrap(wrapped, context, token), cancel);
    }

    public async ValueTask<WrappedKey> Rewrap(WrappedKey wrapped, TenantKeyContext context, CancellationToken cancel)
    {
        if (wrapped.Provider == wrapping.Name) 
            return await Ask(wrapping, token => wrapping.Rewrap(wrapped, context, token), cancel);
        var key = await Unwrap(wrapped, context, cancel);
        try
        {
            return await Wrap(key, context, cancel);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    public void Dispose()
    {
        foreach (var provider in providers.OfType<IDisposable>()) provider.Dispose();
    }

    private IRootKeyProvider Of(WrappedKey wrapped) =>
        providers.FirstOrDefault(each => each.Name == wrapped.Provider)
        ?? throw new KeysUnavailableException(wrapped.Provider, "not configured", Pause);

    private async ValueTask<T> Ask<T>(IRootKeyProvider provider, Func<CancellationToken, ValueTask<T>> ask, CancellationToken cancel)
    {
        if (pausedUntil.TryGetValue(provider.Name, out var until) && clock.GetUtcNow() < until)
            throw new KeysUnavailableException(provider.Name, "paused after a failure", until - clock.GetUtcNow());
        using var limit = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            var answer = await ask(either.Token);
            pausedUntil.TryRemove(provider.Name, out _);
            return answer;
        }
        catch (KeysUnavailableException cause) when (!cause.IsOfOneKey)
        {
            pausedUntil[provider.Name] = clock.GetUtcNow() + Pause;
            throw;
        }
        catch (OperationCanceledException cause) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            pausedUntil[provider.Name] = clock.GetUtcNow() + Pause;
            throw new KeysUnavailableException(provider.Name, "timeout", Pause, cause);
        }
    }
}
