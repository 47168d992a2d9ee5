namespace Vagus.Access.Vault;

/// <summary>What keys are derived for per tenant. A purpose is never renamed: its key would change.</summary>
public static class TenantPurposes
{
    /// <summary>The key of a user's browsers; followed by the user and its version.</summary>
    public const string DeviceKey = "device-key";

    /// <summary>By what a browser knows again whose key it had; followed by the user.</summary>
    public const string DeviceOwner = "device-owner";
}
