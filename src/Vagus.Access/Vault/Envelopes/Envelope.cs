using System.Buffers.Binary;

namespace Vagus.Access.Vault.Envelopes;

/// <summary>
/// The layout CE1. Big-endian: "CE", version, suite, kind, padding, two reserved bytes, the data key's id (16), the salt (24), the key
/// commitment (32), then chunks of 16384 bytes and their tag. The last chunk is shorter, and may be empty: that is how a cut is seen.
/// From the salt on it is https://c2sp.org/chunked-encryption with AEAD_AES_256_GCM and HKDF-Expand-SHA-512.
/// </summary>
internal static class Envelope
{
    public const int HeaderBytes = 24;
    public const int SaltBytes = 24;
    public const int CommitmentBytes = 32;
    public const int PrefixBytes = HeaderBytes + SaltBytes + CommitmentBytes;
    public const int ChunkBytes = 16384;
    public const int TagBytes = 16;
    public const int SealedChunkBytes = ChunkBytes + TagBytes;

    private const byte Version = 1;
    private const byte Suite = 1;

    public static void WriteHeader(Span<byte> header, EnvelopeHeader facts)
    {
        "CE"u8.CopyTo(header);
        (header[2], header[3], header[4], header[5]) = (Version, Suite, (byte)facts.Kind, (byte)facts.Padding);
        BinaryPrimitives.WriteUInt16BigEndian(header[6..], 0);
        facts.KeyId.TryWriteBytes(header[8..HeaderBytes], bigEndian: true, out _);
    }

    /// <summary>Refuses everything that this version does not write, above all reserved bits.</summary>
    public static EnvelopeHeader ReadHeader(ReadOnlySpan<byte> header)
    {
        if (header.Length < HeaderBytes || !header.StartsWith("CE"u8)) throw new SealBrokenException(SealFault.Format);

        var (kind, padding) = ((ContentKind)header[4], (ContentPadding)header[5]);
        if (header[2] != Version || header[3] != Suite || BinaryPrimitives.ReadUInt16BigEndian(header[6..]) != 0
            || !Enum.IsDefined(kind) || !Enum.IsDefined(padding))
        {
            throw new SealBrokenException(SealFault.Format);
        }

        return new EnvelopeHeader(new Guid(header[8..HeaderBytes], bigEndian: true), kind, padding);
    }

    /// <summary>The bytes of an envelope around so many bytes of content.</summary>
    public static long SealedLength(long content) => PrefixBytes + content + (ChunkCount(content) * TagBytes);

    public static long ChunkCount(long content) => (content / ChunkBytes) + 1;

    /// <summary>The bytes of content in an envelope of this length. A length at a chunk's border is that of a cut envelope.</summary>
    public static long ContentLength(long sealedLength)
    {
        var body = sealedLength - PrefixBytes;
        var last = body % SealedChunkBytes;
        return body < TagBytes || last < TagBytes
            ? throw new SealBrokenException(SealFault.Length)
            : (body / SealedChunkBytes * ChunkBytes) + last - TagBytes;
    }
}

/// <summary>What the first 24 bytes say.</summary>
internal sealed record EnvelopeHeader(Guid KeyId, ContentKind Kind, ContentPadding Padding);
