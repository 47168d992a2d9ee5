using System.Collections.Concurrent;
using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Fhir.Profiles;

/// <summary>What becomes of the profiles that a written resource claims in <c>meta.profile</c>.</summary>
internal enum ClaimRule
{
    /// <summary>They are not looked at.</summary>
    Off,

    /// <summary>Those that the tenant or R4 has must hold; the others are not looked at.</summary>
    Known,

    /// <summary>All must hold, and one that is not known here is refused.</summary>
    All,
}

/// <summary>The setting <c>profiles</c> of a tenant: off, known or all. Writes ask a memory of some seconds.</summary>
internal sealed class ProfilePolicy(TenantSettings settings, TimeProvider clock)
{
    public const string Setting = "profiles";

    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (ClaimRule Rule, DateTimeOffset Until)> known = new(StringComparer.Ordinal);

    public static Refusal? Refuse(JsonElement setting) => RuleOf(setting) is null
        ? new Refusal(RefusalKind.Invalid, "invalid_profiles", $"The setting {Setting} is \"off\", \"known\" or \"all\".") : null;

    public async ValueTask<ClaimRule> Of(TenantId tenant, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (known.TryGetValue(tenant.Value, out var kept) && kept.Until > now) return kept.Rule;
        var rule = await settings.Read(tenant, Setting, cancel) is { } set ? RuleOf(set) ?? ClaimRule.Off : ClaimRule.Off;
        known[tenant.Value] = (rule, now + Remembered);
        return rule;
    }

    /// <summary>What this process knows of the tenant is out of date.</summary>
    public void Forget(TenantId tenant) => known.TryRemove(tenant.Value, out _);

    private static ClaimRule? RuleOf(JsonElement setting) => setting.ValueKind != JsonValueKind.String ? null : setting.GetString() switch
    {
        "off" => ClaimRule.Off,
        "known" => ClaimRule.Known,
        "all" => ClaimRule.All,
        _ => null,
    };
}
