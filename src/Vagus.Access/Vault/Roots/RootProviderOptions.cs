namespace Vagus.Access.Vault.Roots;

/// <summary>The providers of the root key. Those that are configured open what they wrapped; one of them wraps.</summary>
public sealed record RootProviderOptions
{
    /// <summary>Which one wraps: <c>file</c>, <c>aws-kms</c> or <c>vault-transit</c>.</summary>
    public string Wrapping { get; init; } = "file";

    public KmsOptions? Kms { get; init; }

    public TransitOptions? Transit { get; init; }
}

/// <summary>A key in AWS KMS. Credentials and region come from the SDK's own chain (environment, profile, role of the machine).</summary>
public sealed record KmsOptions
{
    /// <summary>The key's id or ARN. Not an alias: an alias that is moved would hide which key wrapped what.</summary>
    public required string KeyId { get; init; }

    /// <summary>Another address than the region's: an interface endpoint.</summary>
    public Uri? Endpoint { get; init; }
}

/// <summary>A key of HashiCorp Vault's transit engine.</summary>
public sealed record TransitOptions
{
    /// <summary>Such as <c>https://vault.internal:8200</c>. Plain HTTP is taken for this machine only.</summary>
    public required Uri Address { get; init; }

    public required string KeyName { get; init; }

    /// <summary>Where the engine is mounted.</summary>
    public string Mount { get; init; } = "transit";

    /// <summary>The file with the token, read anew for each request: an agent renews it.</summary>
    public required string TokenFile { get; init; }

    /// <summary>A namespace of Vault Enterprise.</summary>
    public string? Namespace { get; init; }
}
