using Vagus.Access;
using Vagus.Access.Vault.Roots;

namespace Vagus.Server;

/// <summary>Where the root key and the keys' database are. Variables only: an argument is visible to other users of the machine.</summary>
internal static class KeySettings
{
    private static readonly string[] Providers = ["file", "aws-kms", "vault-transit"];

    /// <param name="variable">An environment variable's value; null when it is not set.</param>
    public static AccessOptions Read(Func<string, string?> variable) => new()
    {
        RootKey = variable("VAGUS_ROOT_KEY"),
        RootKeyFile = variable("VAGUS_ROOT_KEY_FILE"),
        BackupFolder = variable("VAGUS_BACKUP_FOLDER"),
        KeysPostgres = variable("VAGUS_KEYS_POSTGRES"),
        Roots = new RootProviderOptions { Wrapping = Wrapping(variable), Kms = Kms(variable), Transit = Transit(variable) },
    };

    private static string Wrapping(Func<string, string?> variable)
    {
        var named = variable("VAGUS_ROOT_PROVIDER") ?? Providers[0];
        if (!Providers.Contains(named, StringComparer.Ordinal))
            throw new FormatException($"VAGUS_ROOT_PROVIDER is one of {string.Join(", ", Providers)}.");
        if (named == "aws-kms" && variable("VAGUS_KMS_KEY") is null) throw new FormatException("aws-kms needs VAGUS_KMS_KEY.");
        return named == "vault-transit" && variable("VAGUS_TRANSIT_URL") is null
            ? throw new FormatException("vault-transit needs VAGUS_TRANSIT_URL.") : named;
    }

    private static KmsOptions? Kms(Func<string, string?> variable) =>
        variable("VAGUS_KMS_KEY") is { } key
            ? new KmsOptions { KeyId = key, Endpoint = Address("VAGUS_KMS_URL", variable("VAGUS_KMS_URL")) } : null;

    private static TransitOptions? Transit(Func<string, string?> variable)
    {
        if (Address("VAGUS_TRANSIT_URL", variable("VAGUS_TRANSIT_URL")) is not { } address) return null;
        return new TransitOptions
        {
            Address = address,
            KeyName = variable("VAGUS_TRANSIT_KEY") ?? throw new FormatException("VAGUS_TRANSIT_URL needs VAGUS_TRANSIT_KEY."),
            TokenFile = variable("VAGUS_TRANSIT_TOKEN_FILE")
                ?? throw new FormatException("VAGUS_TRANSIT_URL needs VAGUS_TRANSIT_TOKEN_FILE."),
            Mount = variable("VAGUS_TRANSIT_MOUNT") ?? "transit",
            Namespace = variable("VAGUS_TRANSIT_NAMESPACE"),
        };
    }

    // Over plain HTTP the wrapped keys' plaintext and the token would be read by others on the way.
    private static Uri? Address(string name, string? value)
    {
        if (value is null) return null;
        if (!Uri.TryCreate(value, UriKind.Absolute, out var url)) throw new FormatException($"{name} is not an address.");
        return url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback)
            ? url : throw new FormatException($"{name} must be https.");
    }
}
