using System.Collections.Concurrent;
using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Fhir.Store;

/// <summary>A setting of tenants as writes ask it: from a memory of some seconds, which a process brings up to date by itself.</summary>
/// <param name="settings">Where it is read.</param>
/// <param name="clock">Of the memory.</param>
/// <param name="name">The setting's.</param>
/// <param name="read">What its value means; of null: that it is not set.</param>
internal sealed class RememberedSetting<T>(TenantSettings settings, TimeProvider clock, string name, Func<JsonElement?, T> read)
{
    private readonly ConcurrentDictionary<string, (T Value, DateTimeOffset Until)> known = new(StringComparer.Ordinal);

    public async ValueTask<T> Of(TenantId tenant, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (known.TryGetValue(tenant.Value, out var kept) && kept.Until > now) return kept.Value;
        var value = read(await settings.Read(tenant, name, cancel));
        known[tenant.Value] = (value, now + SettingMemory.Remembered);
        return value;
    }

    /// <summary>What this process knows of the tenant is out of date.</summary>
    public void Forget(TenantId tenant) => known.TryRemove(tenant.Value, out _);
}

internal static class SettingMemory
{
    /// <summary>How long a change of a setting may be unknown to a process.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);
}
