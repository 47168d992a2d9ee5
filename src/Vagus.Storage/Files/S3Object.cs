using Amazon.S3;
using Amazon.S3.Model;

namespace Vagus.Storage.Files;

/// <summary>An object, read from any place on: one request serves as long as it is read forward.</summary>
internal sealed class S3Object(AmazonS3Client client, string bucket, string key, long length) : Stream
{
    private GetObjectResponse? answer;
    private long answerAt;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= length || buffer.Length == 0) return 0;
        if (answer is null || answerAt != Position) await Ask(cancellationToken);
        var read = await answer!.ResponseStream.ReadAsync(buffer, cancellationToken);
        if (read == 0) throw new EndOfStreamException("The object ended before its length.");
        Position = answerAt += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = offset + origin switch { SeekOrigin.Current => Position, SeekOrigin.End => length, _ => 0 };

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override void Flush() => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) answer?.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask Ask(CancellationToken cancel)
    {
        answer?.Dispose();
        answer = null;
        answer = await client.GetObjectAsync(
            new GetObjectRequest { BucketName = bucket, Key = key, ByteRange = new ByteRange(Position, length - 1) }, cancel);
        answerAt = Position;
    }
}
