namespace Vagus.Access.Vault.Keys;

/// <summary>The states of keys as they are stored: active → decrypt_only → destroyed.</summary>
internal static class KeyStates
{
    /// <summary>Seals or wraps new things. One per tenant, one per scope.</summary>
    public const string Active = "active";

    public const string DecryptOnly = "decrypt_only";

    /// <summary>The wrapped form is gone; the row stays as the proof.</summary>
    public const string Destroyed = "destroyed";
}
