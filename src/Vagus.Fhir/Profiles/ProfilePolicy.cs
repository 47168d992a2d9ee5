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
internal sealed class ProfilePolicy(TenantSettings settings, TimeProvider clock) : WordSetting<ClaimRule>(settings, clock, Words)
{
    public const string Setting = "profiles";

    private static readonly SettingWords<ClaimRule> Words = new(
        Setting, ("off", ClaimRule.Off), ("known", ClaimRule.Known), ("all", ClaimRule.All));

    public static Refusal? Refuse(JsonElement setting) => Words.Refuse(setting);
}
