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
internal sealed class ReferencePolicy(TenantSettings settings, TimeProvider clock)
{
    public const string Setting = "references";

    private readonly RememberedSetting<ReferenceRule> remembered = new(
        settings, clock, Setting, setting => setting is { } set ? RuleOf(set) ?? ReferenceRule.Off : ReferenceRule.Off);

    public static Refusal? Refuse(JsonElement setting) => RuleOf(setting) is null
        ? new Refusal(RefusalKind.Invalid, "invalid_references", $"The setting {Setting} is \"off\", \"warn\" or \"reject\".") : null;

    public ValueTask<ReferenceRule> Of(TenantId tenant, CancellationToken cancel) => remembered.Of(tenant, cancel);

    /// <inheritdoc cref="RememberedSetting{T}.Forget"/>
    public void Forget(TenantId tenant) => remembered.Forget(tenant);

    private static ReferenceRule? RuleOf(JsonElement setting) =>
        setting.ValueKind != JsonValueKind.String ? null : setting.GetString() switch
        {
            "off" => ReferenceRule.Off,
            "warn" => ReferenceRule.Warn,
            "reject" => ReferenceRule.Reject,
            _ => null,
        };
}
