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
        var before = known.GetValueOrDefault(tenant);
        return before is not null && clock.GetElapsedTime(before.ReadAt) < MaxAge
            ? ValueTask.FromResult(before.Policy)
            : Read(tenant, before, cancel);
    }

    /// <summary>The next look reads the settings: they have just been changed here.</summary>
    public void Forget(TenantId tenant) => known.TryRemove(tenant, out _);

    private async ValueTask<TenantPolicy> Read(TenantId tenant, Known? before, CancellationToken cancel)
    {
        if (known.Count >= Most) known.Clear();
        var readAt = clock.GetTimestamp();
        var visibility = await settings.Read(tenant, TenantPolicy.VisibilitySetting, cancel);
        var narrowing = await settings.Read(tenant, TenantNarrowing.Setting, cancel);
        var texts = (TextOf(visibility), TextOf(narrowing));
        var policy = before is not null && before.Texts == texts ? before.Policy : TenantPolicy.Parse(visibility, narrowing);
        known[tenant] = new Known(policy, texts, readAt);
        return policy;
    }

    private static string? TextOf(JsonElement? setting) => setting?.GetRawText();

    private sealed record Known(TenantPolicy Policy, (string? Visibility, string? Narrowing) Texts, long ReadAt);
}
