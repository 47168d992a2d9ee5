using System.Security.Cryptography;

namespace Vagus.Access.Vault.Keys;

/// <summary>
/// A data key under its tenant's key: nonce (12), ciphertext (32), tag (16). Bound to tenant, id, scope and the tenant key's version.
/// </summary>
internal static class KeyWrap
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int WrappedBytes = NonceBytes + SharedKey.Length + TagBytes;

    public static byte[] Wrap(ReadOnlySpan<byte> tenantKey, ReadOnlySpan<byte> key, byte[] bound) =>
        Wrap(tenantKey, key, RandomNumberGenerator.GetBytes(NonceBytes), bound);

    internal static byte[] Wrap(ReadOnlySpan<byte> tenantKey, ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, byte[] bound)
    {
        var wrapped = new byte[WrappedBytes];
        nonce.CopyTo(wrapped);
        using var gcm = new AesGcm(tenantKey, TagBytes);
        gcm.Encrypt(nonce, key, wrapped.AsSpan(NonceBytes, SharedKey.Length), wrapped.AsSpan(^TagBytes..), bound);
        return wrapped;
    }

    public static byte[] Unwrap(ReadOnlySpan<byte> tenantKey, ReadOnlySpan<byte> wrapped, byte[] bound)
    {
        if (wrapped.Length != WrappedBytes) throw new SealBrokenException(SealFault.WrappedKey);
        var key = new byte[SharedKey.Length];
        using var gcm = new AesGcm(tenantKey, TagBytes);
        try
        {
            gcm.Decrypt(wrapped[..NonceBytes], wrapped[NonceBytes..^TagBytes], wrapped[^TagBytes..], key, bound);
            return key;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SealBrokenException(SealFault.WrappedKey);
        }
    }

    public static byte[] Bound(KeyScope scope, string keyId, long tenantKeyVersion) =>
        BoundFields.WithNumber("ce1:dek"u8, tenantKeyVersion, scope.Tenant.Value, keyId, scope.Type, scope.Id);
}
