namespace Vagus.Access.Vault.Keys;

/// <summary>A scope's key as it is stored.</summary>
internal sealed record DataKeyRow
{
    public required string KeyId { get; init; }

    public required KeyScope Scope { get; init; }

    public required long TenantKeyVersion { get; init; }

    /// <summary>Null once destroyed.</summary>
    public required byte[]? Wrapped { get; init; }

    public required string State { get; init; }

    /// <summary>Microseconds; exact to a day.</summary>
    public required long UsedAt { get; init; }
}
