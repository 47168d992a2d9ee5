namespace Vagus.Access.Vault;

/// <summary>The limits of the vault. The defaults suit most installations.</summary>
public sealed record VaultOptions
{
    /// <summary>How long a tenant's key stays in memory, and so how long a tenant is served while the provider is away.</summary>
    public TimeSpan TenantKeyLifetime { get; init; } = TimeSpan.FromHours(1);

    public int TenantKeysInMemory { get; init; } = 1_000;

    /// <summary>How long a data key stays in memory, and so how long other nodes open what has been destroyed.</summary>
    public TimeSpan DataKeyLifetime { get; init; } = TimeSpan.FromMinutes(1);

    public int DataKeysInMemory { get; init; } = 10_000;

    /// <summary>How long the provider of the root key may take for one answer.</summary>
    public TimeSpan ProviderTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a scope's key is kept after its last use where a tenant has set nothing for the scope's type.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(3653);

    /// <summary>Bytes that all search indexes in memory may take together, counted as the bytes of their texts.</summary>
    public long SearchBytes { get; init; } = 256L << 20;

    /// <summary>Bytes of text of one tenant's search index.</summary>
    public long SearchBytesPerTenant { get; init; } = 64L << 20;

    internal void Validate()
    {
        if (TenantKeyLifetime <= TimeSpan.Zero || TenantKeyLifetime > TimeSpan.FromHours(1))
            throw new InvalidOperationException("A tenant's key stays in memory for an hour at most.");
        if (DataKeyLifetime <= TimeSpan.Zero || DataKeyLifetime > TimeSpan.FromMinutes(5))
            throw new InvalidOperationException("A data key stays in memory for five minutes at most.");
        if (TenantKeysInMemory < 1 || DataKeysInMemory < 1 || SearchBytes < 0 || SearchBytesPerTenant < 0)
            throw new InvalidOperationException("The vault's limits must be positive.");
        if (ProviderTimeout <= TimeSpan.Zero || Retention < TimeSpan.Zero)
            throw new InvalidOperationException("The vault's times must be positive.");
    }
}
