using System.Collections.Concurrent;
using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Access.Visibility;

/// <summary>The tenants' policies as they are now, or were at most <see cref="MaxAge"/> ago.</summary>
public sealed class TenantPolicies(TenantSettings settings, TimeProvider clock)
{
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(10);
    private const int Most = 10_000;
    private readonly ConcurrentDictionary<TenantId, Known> known = new();

    /// <summary>The same instance as long as the settings are the same.</summary>
    public ValueTask<TenantPolicy> Of(TenantId tenant, CancellationToken cancel)
    {
        return known.TryGetValue(tenant, out var fresh) && clock.GetElapsedTime(fresh.ReadAt) < MaxAge
            ? ValueTask.FromResult(fresh.Policy)
            : Read(tenant, cancel);
    }

    /// <summary>
    /// How far a caller reaches who was not admitted by a request: as the role's user, without a credential's grants or ceiling.
    /// </summary>
    public async ValueTask<Reach> ReachOf(Caller caller, CancellationToken cancel) =>
        Reach.Of(caller, (await Of(caller.Tenant, cancel)).Narrowing, ceiling: null);

    /// <summary>The next look reads the settings: they have just been changed here.</summary>
    public void Forget(TenantId tenant) => known.TryRemove(tenant, out _);

    private async ValueTask<TenantPolicy> Read(TenantId tenant, CancellationToken cancel)
    {
        if (known.Count >= Most) known.Clear();
        var readAt = clock.GetTimestamp();
        var visibility = await settings.Read(tenant, TenantPolicy.VisibilitySetting, cancel);
        var narrowing = await settings.Read(tenant, TenantNarrowing.Setting, cancel);
        var read = new Known(TenantPolicy.Parse(visibility, narrowing), (TextOf(visibility), TextOf(narrowing)), readAt);
        // Of reads at the same time one instance stays: another one would look like a change to those who are judged by it.
        return known.AddOrUpdate(tenant, read, (_, other) => Newer(other, read)).Policy;
    }

    private static Known Newer(Known known, Known read)
    {
        if (known.Texts == read.Texts) return known with { ReadAt = Math.Max(known.ReadAt, read.ReadAt) };
        return known.ReadAt > read.ReadAt ? known : read;
    }

    private static string? TextOf(JsonElement? setting) => setting?.GetRawText();

    private sealed record Known(TenantPolicy Policy, (string? Visibility, string? Narrowing) Texts, long ReadAt);
}
