using System.Security.Cryptography;

namespace Vagus.Access.Vault.Keys;

/// <summary>
/// A key in memory that a cache and calls use at the same time. It is overwritten with zeros when the last of them has given it back, so
/// that eviction cannot zero a key that is sealing. Pinned: the collector leaves no copies of it behind.
/// </summary>
internal sealed class SharedKey
{
    public const int Length = 32;
    private readonly byte[] bytes = GC.AllocateUninitializedArray<byte>(Length, pinned: true);
    private int users = 1;

    /// <summary>The maker is its first user. The source is overwritten with zeros.</summary>
    public SharedKey(string id, byte[] source)
    {
        if (source.Length != Length) throw new SealBrokenException(SealFault.WrappedKey);
        Id = id;
        source.CopyTo(bytes, 0);
        CryptographicOperations.ZeroMemory(source);
    }

    public string Id { get; }

    public ReadOnlyMemory<byte> Bytes => Volatile.Read(ref users) > 0 ? bytes : throw new ObjectDisposedException(nameof(SharedKey));

    public bool IsZeroed => Volatile.Read(ref users) == 0;

    /// <summary>False when it has been given back by all already.</summary>
    public bool TryUse()
    {
        while (true)
        {
            var now = Volatile.Read(ref users);
            if (now == 0) return false;
            if (Interlocked.CompareExchange(ref users, now + 1, now) == now) return true;
        }
    }

    public void GiveBack()
    {
        if (Interlocked.Decrement(ref users) == 0) CryptographicOperations.ZeroMemory(bytes);
    }
}
