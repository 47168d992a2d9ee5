using System.Security.Cryptography;
using System.Text;

namespace Vagus.Access.Vault;

/// <summary>
/// The one secret that is not in the database: everything secret in the database is wrapped under it (AES-256-GCM), each purpose with a
/// key of its own. Without it the wrapped secrets of a copied database cannot be read; once it is lost, they are lost.
/// </summary>
public sealed class RootKey
{
    public const int Bytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const byte Version = 1;

    private readonly byte[] key;

    public RootKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Bytes) throw new InvalidOperationException($"The root key must have {Bytes} bytes.");
        this.key = key.ToArray();
    }

    /// <summary>A key of 32 bytes for one purpose; the same purpose always gives the same key.</summary>
    public byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, Bytes, salt: [], info: Encoding.UTF8.GetBytes($"vagus/{purpose}"));

    /// <summary>Seals a secret. <paramref name="context"/> names what it belongs to; it opens for the same context only.</summary>
    public byte[] Wrap(string purpose, string context, ReadOnlySpan<byte> secret)
    {
        var wrapped = new byte[1 + NonceBytes + secret.Length + TagBytes];
        wrapped[0] = Version;
        var nonce = wrapped.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var gcm = Cipher(purpose);
        gcm.Encrypt(
            nonce,
            secret,
            wrapped.AsSpan(1 + NonceBytes, secret.Length),
            wrapped.AsSpan(1 + NonceBytes + secret.Length),
            Encoding.UTF8.GetBytes(context));
        return wrapped;
    }

    /// <summary>
    /// Opens what <see cref="Wrap"/> sealed. Throws <see cref="CryptographicException"/> for another root key, purpose or context.
    /// </summary>
    public byte[] Unwrap(string purpose, string context, ReadOnlySpan<byte> wrapped)
    {
        if (wrapped.Length < 1 + NonceBytes + TagBytes || wrapped[0] != Version) throw new CryptographicException("Not a wrapped secret.");

        var secret = new byte[wrapped.Length - 1 - NonceBytes - TagBytes];
        using var gcm = Cipher(purpose);
        gcm.Decrypt(
            wrapped.Slice(1, NonceBytes),
            wrapped.Slice(1 + NonceBytes, secret.Length),
            wrapped[^TagBytes..],
            secret,
            Encoding.UTF8.GetBytes(context));
        return secret;
    }

    /// <summary>Overwrites the key with zeros; it is of no use afterwards.</summary>
    internal void Forget() => CryptographicOperations.ZeroMemory(key);

    private AesGcm Cipher(string purpose)
    {
        var derived = Derive(purpose);
        try
        {
            return new AesGcm(derived, TagBytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
        }
    }
}
