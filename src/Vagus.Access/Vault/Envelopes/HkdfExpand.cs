using System.Security.Cryptography;

namespace Vagus.Access.Vault.Envelopes;

/// <summary>
/// HKDF-Expand with SHA-512 (RFC 5869 §2.3). The library's own refuses keys that are shorter than the hash, and ours have 32 bytes.
/// </summary>
internal static class HkdfExpand
{
    private const int MostStack = 1024;

    public static void Sha512(ReadOnlySpan<byte> key, ReadOnlySpan<byte> info, Span<byte> output)
    {
        const int hash = HMACSHA512.HashSizeInBytes;
        var length = hash + info.Length + 1;
        var block = length <= MostStack ? stackalloc byte[MostStack] : new byte[length];
        Span<byte> last = stackalloc byte[hash];
        info.CopyTo(block[hash..]);
        for (byte turn = 1; output.Length > 0; turn++)
        {
            block[hash + info.Length] = turn;
            // The first block is made without a block before it.
            HMACSHA512.HashData(key, block[(turn == 1 ? hash : 0)..length], last);
            last.CopyTo(block);
            var taken = Math.Min(output.Length, hash);
            last[..taken].CopyTo(output);
            output = output[taken..];
        }

        CryptographicOperations.ZeroMemory(last);
        CryptographicOperations.ZeroMemory(block[..hash]);
    }
}
