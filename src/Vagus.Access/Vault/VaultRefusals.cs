using Vagus.Kernel;

namespace Vagus.Access.Vault;

/// <summary>The refusals of the vault.</summary>
internal static class VaultRefusals
{
    public static readonly Refusal Destroyed = new(
        RefusalKind.Gone, "key_destroyed", "The key of this content was destroyed. It cannot be read any more, and nothing can be added.");

    public static readonly Refusal Held = new(
        RefusalKind.Conflict, "legal_hold", "A legal hold covers this scope. Release the hold first.");

    public static readonly Refusal Unknown = new(RefusalKind.NotFound, "no_such_scope", "The tenant has no key for this scope.");

    public static readonly Refusal Overtaken = new(
        RefusalKind.Conflict, "rotation_overtaken",
        "Another rotation runs, or keys were made under another root key meanwhile. Call it again.");

    public static readonly Refusal RootKeyIsText = new(
        RefusalKind.Unsupported, "root_key_is_text",
        "The root key is given by VAGUS_ROOT_KEY, which has one version. Put it into a file (VAGUS_ROOT_KEY_FILE) to rotate it.");

    public static Refusal RootKeyMissing(int version) => new(
        RefusalKind.Conflict, "root_key_missing",
        $"Version {version} of the root key is not here or cannot be read by this user. Copy its file here, for the user of the server.");

    public static Refusal SecretsBroken(string column, int count) => new(
        RefusalKind.Conflict, "secrets_broken",
        $"{count} secrets of {column} do not open under any version of the root key that is here. Put its files back, or remove the rows.");

    public static Refusal Retained(DateOnly until) => new(
        RefusalKind.Conflict, "retained", $"The retention of this scope ends on {until:yyyy-MM-dd}. Its key cannot be destroyed before.");
}
