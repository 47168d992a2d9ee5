using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Fhir.Store;
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

/// <summary>The setting <c>profiles</c> of a tenant: off, known or all.</summary>
internal sealed class ProfilePolicy(TenantSettings settings, TimeProvider clock)
{
    public const string Setting = "profiles";

    private readonly RememberedSetting<ClaimRule> remembered = new(
        settings, clock, Setting, setting => setting is { } set ? RuleOf(set) ?? ClaimRule.Off : ClaimRule.Off);

    public static Refusal? Refuse(JsonElement setting) => RuleOf(setting) is null
        ? new Refusal(RefusalKind.Invalid, "invalid_profiles", $"The setting {Setting} is \"off\", \"known\" or \"all\".") : null;

    public ValueTask<ClaimRule> Of(TenantId tenant, CancellationToken cancel) => remembered.Of(tenant, cancel);

    /// <inheritdoc cref="RememberedSetting{T}.Forget"/>
    public void Forget(TenantId tenant) => remembered.Forget(tenant);

    private static ClaimRule? RuleOf(JsonElement setting) => setting.ValueKind != JsonValueKind.String ? null : setting.GetString() switch
    {
        "off" => ClaimRule.Off,
        "known" => ClaimRule.Known,
        "all" => ClaimRule.All,
        _ => null,
    };
}
