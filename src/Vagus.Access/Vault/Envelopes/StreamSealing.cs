using System.Security.Cryptography;

namespace Vagus.Access.Vault.Envelopes;

/// <summary>Seals a stream of any length with one chunk in memory.</summary>
internal static class StreamSealing
{
    /// <summary>Answers how many bytes of content were sealed. What was written so far is not an envelope when it throws.</summary>
    public static async ValueTask<long> Seal(
        ReadOnlyMemory<byte> dataKey, EnvelopeHeader header, ReadOnlyMemory<byte> salt, SealContext context, SealedCopy copy,
        CancellationToken cancel)
    {
        var prefix = new byte[Envelope.PrefixBytes];
        Envelope.WriteHeader(prefix, header);
        salt.CopyTo(prefix.AsMemory(Envelope.HeaderBytes));
        using var key = new MessageKey(dataKey.Span, salt.Span, context.Bind(prefix.AsSpan(0, Envelope.HeaderBytes)));
        key.Commitment.CopyTo(prefix.AsSpan(Envelope.HeaderBytes + Envelope.SaltBytes));
        await copy.To.WriteAsync(prefix, cancel);
        var (content, chunk) = (new byte[Envelope.ChunkBytes], new byte[Envelope.SealedChunkBytes]);
        try
        {
            return await SealChunks(key, copy, content, chunk, cancel);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private static async ValueTask<long> SealChunks(
        MessageKey key, SealedCopy copy, byte[] content, byte[] chunk, CancellationToken cancel)
    {
        for (var number = 0L; ; number++)
        {
            var read = await copy.From.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancel);
            var total = (number * Envelope.ChunkBytes) + read;
            if (total > copy.MostBytes) throw new InvalidDataException($"More than {copy.MostBytes} bytes.");
            key.SealChunk(number, content.AsSpan(0, read), chunk);
            await copy.To.WriteAsync(chunk.AsMemory(0, read + Envelope.TagBytes), cancel);
            // The last chunk is the one that is not full.
            if (read < content.Length) return total;
        }
    }
}

/// <summary>What is read, where its envelope is written, and how many bytes of content are too many.</summary>
internal sealed record SealedCopy(Stream From, Stream To, long MostBytes);
