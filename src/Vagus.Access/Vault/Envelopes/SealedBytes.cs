using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Vagus.Access.Vault.Envelopes;

/// <summary>Seals and opens content that is in memory as a whole.</summary>
internal static class SealedBytes
{
    private const int LeastBucket = 32;

    public static byte[] Seal(
        ReadOnlySpan<byte> dataKey, EnvelopeHeader header, ReadOnlySpan<byte> salt, SealContext context, ReadOnlySpan<byte> content)
    {
        var padded = header.Padding == ContentPadding.Bucket ? Pad(content) : null;
        var plain = padded ?? content;
        var envelope = new byte[Envelope.SealedLength(plain.Length)];
        Envelope.WriteHeader(envelope, header);
        salt.CopyTo(envelope.AsSpan(Envelope.HeaderBytes));
        using var key = new MessageKey(dataKey, salt, context.Bind(envelope.AsSpan(0, Envelope.HeaderBytes)));
        key.Commitment.CopyTo(envelope.AsSpan(Envelope.HeaderBytes + Envelope.SaltBytes));
        var chunks = envelope.AsSpan(Envelope.PrefixBytes);
        for (var number = 0L; chunks.Length > 0; number++)
        {
            var part = plain[..Math.Min(plain.Length, Envelope.ChunkBytes)];
            key.SealChunk(number, part, chunks);
            plain = plain[part.Length..];
            chunks = chunks[(part.Length + Envelope.TagBytes)..];
        }

        CryptographicOperations.ZeroMemory(padded);
        return envelope;
    }

    /// <summary>Answers the content as a whole, or throws <see cref="SealBrokenException"/> and leaves nothing of it in memory.</summary>
    public static byte[] Open(ReadOnlySpan<byte> dataKey, SealContext context, ReadOnlySpan<byte> envelope)
    {
        var header = Envelope.ReadHeader(envelope);
        var content = new byte[Envelope.ContentLength(envelope.Length)];
        try
        {
            OpenChunks(dataKey, context, envelope, content);
            return header.Padding == ContentPadding.Bucket ? Unpad(content) : content;
        }
        catch (SealBrokenException)
        {
            CryptographicOperations.ZeroMemory(content);
            throw;
        }
    }

    private static void OpenChunks(ReadOnlySpan<byte> dataKey, SealContext context, ReadOnlySpan<byte> envelope, Span<byte> content)
    {
        var salt = envelope.Slice(Envelope.HeaderBytes, Envelope.SaltBytes);
        using var key = new MessageKey(dataKey, salt, context.Bind(envelope[..Envelope.HeaderBytes]));
        key.RequireCommitment(envelope.Slice(Envelope.HeaderBytes + Envelope.SaltBytes, Envelope.CommitmentBytes));
        var chunks = envelope[Envelope.PrefixBytes..];
        for (var number = 0L; chunks.Length > 0; number++)
        {
            var chunk = chunks[..Math.Min(chunks.Length, Envelope.SealedChunkBytes)];
            key.OpenChunk(number, chunk, content[..(chunk.Length - Envelope.TagBytes)]);
            chunks = chunks[chunk.Length..];
            content = content[(chunk.Length - Envelope.TagBytes)..];
        }
    }

    private static byte[] Pad(ReadOnlySpan<byte> content)
    {
        var size = BitOperations.RoundUpToPowerOf2((uint)Math.Max(LeastBucket, checked(content.Length + sizeof(int))));
        var padded = new byte[size];
        content.CopyTo(padded);
        BinaryPrimitives.WriteInt32BigEndian(padded.AsSpan(^sizeof(int)..), content.Length);
        return padded;
    }

    private static byte[] Unpad(byte[] padded)
    {
        if (padded.Length < sizeof(int)) throw new SealBrokenException(SealFault.Format);
        var length = BinaryPrimitives.ReadInt32BigEndian(padded.AsSpan(^sizeof(int)..));
        if (length < 0 || length > padded.Length - sizeof(int)) throw new SealBrokenException(SealFault.Format);
        var content = padded[..length];
        CryptographicOperations.ZeroMemory(padded);
        return content;
    }
}
