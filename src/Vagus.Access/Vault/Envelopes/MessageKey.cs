using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vagus.Access.Vault.Envelopes;

/// <summary>
/// The key of one envelope, derived from its data key, salt and place, with the nonce of its first chunk and the commitment to it. Not for
/// use by two threads at once.
/// </summary>
internal sealed class MessageKey : IDisposable
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private readonly byte[] nonce = new byte[NonceBytes];
    private readonly byte[] commitment = new byte[Envelope.CommitmentBytes];
    private readonly AesGcm gcm;

    public MessageKey(ReadOnlySpan<byte> dataKey, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> context)
    {
        var info = new byte[Label.Length + salt.Length + context.Length];
        Label.CopyTo(info);
        salt.CopyTo(info.AsSpan(Label.Length));
        context.CopyTo(info.AsSpan(Label.Length + salt.Length));
        Span<byte> derived = stackalloc byte[KeyBytes + NonceBytes + Envelope.CommitmentBytes];
        HkdfExpand.Sha512(dataKey, info, derived);
        gcm = new AesGcm(derived[..KeyBytes], Envelope.TagBytes);
        derived.Slice(KeyBytes, NonceBytes).CopyTo(nonce);
        derived[(KeyBytes + NonceBytes)..].CopyTo(commitment);
        CryptographicOperations.ZeroMemory(derived);
    }

    public ReadOnlySpan<byte> Commitment => commitment;

    /// <summary>AES-GCM alone opens one ciphertext under several keys. The commitment is checked before any chunk.</summary>
    public void RequireCommitment(ReadOnlySpan<byte> found)
    {
        if (!CryptographicOperations.FixedTimeEquals(commitment, found)) throw new SealBrokenException(SealFault.Commitment);
    }

    public void SealChunk(long number, ReadOnlySpan<byte> content, Span<byte> chunk)
    {
        Span<byte> its = stackalloc byte[NonceBytes];
        NonceOf(number, its);
        gcm.Encrypt(its, content, chunk[..content.Length], chunk.Slice(content.Length, Envelope.TagBytes));
    }

    public void OpenChunk(long number, ReadOnlySpan<byte> chunk, Span<byte> content)
    {
        Span<byte> its = stackalloc byte[NonceBytes];
        NonceOf(number, its);
        try
        {
            gcm.Decrypt(its, chunk[..^Envelope.TagBytes], chunk[^Envelope.TagBytes..], content);
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new SealBrokenException(SealFault.Authentication);
        }
    }

    public void Dispose()
    {
        gcm.Dispose();
        CryptographicOperations.ZeroMemory(nonce);
    }

    // The base nonce XOR the chunk's number, which stands in its last eight bytes.
    private void NonceOf(long number, Span<byte> its)
    {
        nonce.CopyTo(its);
        var low = its[(NonceBytes - sizeof(long))..];
        BinaryPrimitives.WriteInt64BigEndian(low, BinaryPrimitives.ReadInt64BigEndian(low) ^ number);
    }

    private static ReadOnlySpan<byte> Label => "c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0"u8;
}
