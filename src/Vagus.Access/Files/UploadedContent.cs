using System.Security.Cryptography;

namespace Vagus.Access.Files;

/// <summary>A content as it comes in: its first bytes are looked at, and all are counted and hashed as they are read.</summary>
internal sealed class UploadedContent(Stream body) : Stream
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] head = new byte[FileTypes.LookedAt];
    private int headBytes;
    private int given;

    public long Bytes { get; private set; }

    /// <summary>Reads the beginning and keeps it for who reads on.</summary>
    public async ValueTask<string?> FindType(CancellationToken cancel)
    {
        headBytes = await body.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel);
        return FileTypes.Of(head.AsSpan(0, headBytes));
    }

    /// <summary>More of the beginning, which is kept for who reads on as well.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> Beginning(int most, CancellationToken cancel)
    {
        if (headBytes == head.Length && most > headBytes)
        {
            Array.Resize(ref head, most);
            headBytes += await body.ReadAtLeastAsync(head.AsMemory(headBytes), most - headBytes, throwOnEndOfStream: false, cancel);
        }

        return head.AsMemory(0, Math.Min(most, headBytes));
    }

    public string Sha256() => Convert.ToHexStringLower(hash.GetCurrentHash());

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = Math.Min(buffer.Length, headBytes - given);
        if (read > 0) head.AsMemory(given, read).CopyTo(buffer);
        else read = await body.ReadAsync(buffer, cancellationToken);
        if (given < headBytes) given += read;
        Bytes += read;
        hash.AppendData(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) hash.Dispose();
        base.Dispose(disposing);
    }
}
