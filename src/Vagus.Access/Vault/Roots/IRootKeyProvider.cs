using Vagus.Access.Vault.Keys;
using Vagus.Kernel;

namespace Vagus.Access.Vault.Roots;

/// <summary>
/// Where the root key is: a file, AWS KMS, HashiCorp Vault. It wraps the keys of tenants and never leaves its provider where that can
/// help it. A failure to ask is a <see cref="KeysUnavailableException"/>; a wrapped key that does not open for its context is a
/// <see cref="SealBrokenException"/>.
/// </summary>
internal interface IRootKeyProvider
{
    /// <summary>The first word of <see cref="WrappedKey.Root"/>.</summary>
    string Name { get; }

    /// <summary>The root key and version that wraps now, such as <c>file:2</c>.</summary>
    ValueTask<string> Current(CancellationToken cancel);

    ValueTask<WrappedKey> Wrap(byte[] key, TenantKeyContext context, CancellationToken cancel);

    ValueTask<byte[]> Unwrap(WrappedKey wrapped, TenantKeyContext context, CancellationToken cancel);

    /// <summary>The same key under the current root key, within the provider where it can.</summary>
    ValueTask<WrappedKey> Rewrap(WrappedKey wrapped, TenantKeyContext context, CancellationToken cancel);

    /// <summary>Makes a new version of the root key and answers its name; older versions open what they wrapped.</summary>
    ValueTask<Result<string>> Rotate(CancellationToken cancel);
}

/// <summary>A wrapped key and which root key wrapped it: the provider's name, a colon, the provider's own words.</summary>
internal sealed record WrappedKey(string Root, byte[] Bytes)
{
    public string Provider => Root.Split(':', 2)[0];
}

/// <summary>What a wrapped tenant key is bound to.</summary>
internal sealed record TenantKeyContext(TenantId Tenant, long Version)
{
    public byte[] Bound() => BoundFields.WithNumber("ce1:tk"u8, Version, Tenant.Value);
}
