using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Fhir.Store;

/// <summary>What becomes of a written reference to a resource that is not there.</summary>
internal enum ReferenceRule
{
    /// <summary>It is not looked at.</summary>
    Off,

    /// <summary>The write is done, and its author told.</summary>
    Warn,

    /// <summary>The write is refused.</summary>
    Reject,
}

/// <summary>The setting <c>references</c> of a tenant: off, warn or reject.</summary>
internal sealed class ReferencePolicy(TenantSettings settings, TimeProvider clock) : WordSetting<ReferenceRule>(settings, clock, Words)
{
    public const string Setting = "references";

    private static readonly SettingWords<ReferenceRule> Words = new(
        Setting, ("off", ReferenceRule.Off), ("warn", ReferenceRule.Warn), ("reject", ReferenceRule.Reject));

    public static Refusal? Refuse(JsonElement setting) => Words.Refuse(setting);
}
