using System.Security.Cryptography;

namespace Vagus.Access.Vault.Envelopes;

/// <summary>
/// The content of an envelope, read from any place on: only the chunks that are touched are opened. The last chunk is opened first, so that
/// a cut is known before the first byte is given out. Every byte that is given out was authenticated.
/// </summary>
internal sealed class OpenedStream : Stream
{
    private readonly byte[] chunk = new byte[Envelope.SealedChunkBytes];
    private readonly byte[] content = new byte[Envelope.ChunkBytes];
    private readonly Stream envelope;
    private readonly MessageKey key;
    private long held = -1;
    private int heldBytes;

    private OpenedStream(Stream envelope, MessageKey key, long length) => (this.envelope, this.key, Length) = (envelope, key, length);

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position { get; set; }

    /// <summary>Takes the envelope over: it is disposed with this stream. The envelope must be seekable.</summary>
    public static async ValueTask<OpenedStream> Open(
        ReadOnlyMemory<byte> dataKey, SealContext context, Stream envelope, CancellationToken cancel)
    {
        var length = Envelope.ContentLength(envelope.Length);
        var prefix = new byte[Envelope.PrefixBytes];
        envelope.Position = 0;
        await ReadExactly(envelope, prefix, cancel);
        if (Envelope.ReadHeader(prefix).Padding != ContentPadding.None) throw new SealBrokenException(SealFault.Format);
        var salt = prefix.AsSpan(Envelope.HeaderBytes, Envelope.SaltBytes);
        var key = new MessageKey(dataKey.Span, salt, context.Bind(prefix.AsSpan(0, Envelope.HeaderBytes)));
        var opened = new OpenedStream(envelope, key, length);
        try
        {
            key.RequireCommitment(prefix.AsSpan(Envelope.HeaderBytes + Envelope.SaltBytes));
            await opened.Hold(length / Envelope.ChunkBytes, cancel);
            return opened;
        }
        catch
        {
            opened.Forget();
            throw;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= Length || buffer.Length == 0) return 0;
        await Hold(Position / Envelope.ChunkBytes, cancellationToken);
        var from = (int)(Position % Envelope.ChunkBytes);
        var taken = Math.Min(buffer.Length, heldBytes - from);
        content.AsMemory(from, taken).CopyTo(buffer);
        Position += taken;
        return taken;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override long Seek(long offset, SeekOrigin origin)
    {
        var to = offset + origin switch { SeekOrigin.Current => Position, SeekOrigin.End => Length, _ => 0 };
        if (to < 0) throw new IOException("A place before the beginning.");
        return Position = to;
    }

    public override void Flush() => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Forget();
            envelope.Dispose();
        }

        base.Dispose(disposing);
    }

    public override async ValueTask DisposeAsync()
    {
        Forget();
        await envelope.DisposeAsync();
        await base.DisposeAsync();
    }

    private async ValueTask Hold(long number, CancellationToken cancel)
    {
        if (number == held) return;
        held = -1;
        var bytes = (int)Math.Min(Envelope.ChunkBytes, Length - (number * Envelope.ChunkBytes));
        envelope.Position = Envelope.PrefixBytes + (number * Envelope.SealedChunkBytes);
        await ReadExactly(envelope, chunk.AsMemory(0, bytes + Envelope.TagBytes), cancel);
        key.OpenChunk(number, chunk.AsSpan(0, bytes + Envelope.TagBytes), content.AsSpan(0, bytes));
        (held, heldBytes) = (number, bytes);
    }

    private static async ValueTask ReadExactly(Stream envelope, Memory<byte> part, CancellationToken cancel)
    {
        if (await envelope.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false, cancel) < part.Length)
            throw new SealBrokenException(SealFault.Length);
    }

    private void Forget()
    {
        key.Dispose();
        CryptographicOperations.ZeroMemory(content);
        held = -1;
    }
}
