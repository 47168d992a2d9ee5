using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Vagus.Access.Vault;

/// <summary>
/// The one secret that is not in the database: everything secret in the database is wrapped under it (AES-256-GCM), each purpose with a
/// key of its own. Without it the wrapped secrets of a copied database cannot be read; once it is lost, they are lost. It has versions: one
/// wraps, and what an older one wrapped opens as long as that is here.
/// </summary>
public sealed class RootKey
{
    public const int Bytes = 32;
    private const int First = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int MarkBytes = 1 + sizeof(int);

    // The first byte tells the layout: under version 1 the nonce follows, under others their number.
    private const byte FirstLayout = 1;
    private const byte VersionLayout = 2;

    private readonly ConcurrentDictionary<int, byte[]> versions = new();
    private readonly Func<int, byte[]?> find;
    private volatile int version;

    /// <summary>A key of one version.</summary>
    public RootKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Bytes) throw new InvalidOperationException($"The root key must have {Bytes} bytes.");
        versions[First] = key.ToArray();
        find = _ => null;
        version = First;
    }

    /// <summary>The oldest version wraps until a newer one is gone on with: other servers may not have its file yet.</summary>
    /// <param name="present">The bytes of the versions that are here.</param>
    /// <param name="find">The bytes of a version that has come later; null where it is not here, or cannot be read.</param>
    internal RootKey(IReadOnlyDictionary<int, byte[]> present, Func<int, byte[]?> find)
    {
        this.find = find;
        foreach (var (number, key) in present) versions[number] = key;
        version = versions.Keys.Min();
    }

    /// <summary>The version that wraps.</summary>
    public int Version => version;

    /// <summary>The version that wrapped a secret; zero for what is no wrapped secret.</summary>
    public static int VersionOf(ReadOnlySpan<byte> wrapped) => wrapped switch
    {
        [FirstLayout, ..] => First,
        [VersionLayout, ..] when wrapped.Length > MarkBytes => BinaryPrimitives.ReadInt32BigEndian(wrapped[1..]),
        _ => 0,
    };

    /// <summary>What everything begins with that this version wraps.</summary>
    public static byte[] MarkOf(int version)
    {
        if (version == First) return [FirstLayout];
        var mark = new byte[MarkBytes];
        mark[0] = VersionLayout;
        BinaryPrimitives.WriteInt32BigEndian(mark.AsSpan(1), version);
        return mark;
    }

    /// <summary>Wraps with a newer version from now on, as another process does. False: its file is not here, or cannot be read.</summary>
    public bool GoOnWith(int newer)
    {
        if (newer <= version) return true;
        if (BytesOf(newer) is null) return false;
        version = newer;
        return true;
    }

    /// <summary>A key of 32 bytes for one purpose; the same purpose always gives the same key of a version.</summary>
    public byte[] Derive(string purpose) => Derive(KeyOf(version), purpose);

    /// <summary>The keys of one purpose of all versions that are here, the newest first: what any of them has made is known.</summary>
    public IEnumerable<byte[]> DeriveEach(string purpose)
    {
        for (var next = versions.Keys.Max() + 1; BytesOf(next) is not null;) next++;
        foreach (var each in versions.Keys.OrderDescending()) yield return Derive(versions[each], purpose);
    }

    /// <summary>Seals a secret. <paramref name="context"/> names what it belongs to; it opens for the same context only.</summary>
    public byte[] Wrap(string purpose, string context, ReadOnlySpan<byte> secret)
    {
        var by = version;
        var mark = MarkOf(by);
        var wrapped = new byte[mark.Length + NonceBytes + secret.Length + TagBytes];
        mark.CopyTo(wrapped, 0);
        var nonce = wrapped.AsSpan(mark.Length, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var gcm = Cipher(KeyOf(by), purpose);
        gcm.Encrypt(
            nonce,
            secret,
            wrapped.AsSpan(mark.Length + NonceBytes, secret.Length),
            wrapped.AsSpan(mark.Length + NonceBytes + secret.Length),
            Encoding.UTF8.GetBytes(context));
        return wrapped;
    }

    /// <summary>
    /// Opens what <see cref="Wrap"/> sealed. Throws <see cref="CryptographicException"/> for another root key, purpose or context.
    /// </summary>
    public byte[] Unwrap(string purpose, string context, ReadOnlySpan<byte> wrapped)
    {
        var by = VersionOf(wrapped);
        var start = by == First ? 1 : MarkBytes;
        if (by < First || wrapped.Length < start + NonceBytes + TagBytes) throw new CryptographicException("Not a wrapped secret.");

        var secret = new byte[wrapped.Length - start - NonceBytes - TagBytes];
        using var gcm = Cipher(KeyOf(by), purpose);
        gcm.Decrypt(
            wrapped.Slice(start, NonceBytes),
            wrapped.Slice(start + NonceBytes, secret.Length),
            wrapped[^TagBytes..],
            secret,
            Encoding.UTF8.GetBytes(context));
        return secret;
    }

    /// <summary>Overwrites the key with zeros; it is of no use afterwards.</summary>
    internal void Forget()
    {
        foreach (var key in versions.Values) CryptographicOperations.ZeroMemory(key);
    }

    private byte[] KeyOf(int of) => BytesOf(of) ?? throw new CryptographicException($"Version {of} of the root key is not here.");

    private byte[]? BytesOf(int of)
    {
        if (of < First) return null;
        if (versions.TryGetValue(of, out var known)) return known;
        return find(of) is { } found ? versions.GetOrAdd(of, found) : null;
    }

    private static byte[] Derive(byte[] key, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, Bytes, salt: [], info: Encoding.UTF8.GetBytes($"vagus/{purpose}"));

    private static AesGcm Cipher(byte[] key, string purpose)
    {
        var derived = Derive(key, purpose);
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
