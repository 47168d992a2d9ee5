using Amazon.S3;
using Amazon.S3.Model;

namespace Vagus.Storage.Files;

/// <summary>An object, read from any place on: one request serves as long as it is read forward.</summary>
internal sealed class S3Object(AmazonS3Client client, S3Patience patience, string bucket, string key, long length) : Stream
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
        var read = await ReadNow(buffer, cancellationToken);
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

    private async ValueTask<int> ReadNow(Memory<byte> buffer, CancellationToken cancel)
    {
        try
        {
            if (answer is null || answerAt != Position) await Ask(cancel);
            return await patience.Wait(token => answer!.ResponseStream.ReadAsync(buffer, token).AsTask(), cancel);
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested && (cause is IOException || S3Reach.IsUnreachable(cause, cancel)))
        {
            // Nothing but S3 is read here, so a connection that breaks is its own. What is asked for next is asked for anew.
            Forget();
            throw new FilesUnreachableException(S3Reach.CodeOf(cause), cause);
        }
    }

    private async ValueTask Ask(CancellationToken cancel)
    {
        Forget();
        var request = new GetObjectRequest { BucketName = bucket, Key = key, ByteRange = new ByteRange(Position, length - 1) };
        answer = await patience.Wait(token => client.GetObjectAsync(request, token), cancel);
        answerAt = Position;
    }

    private void Forget()
    {
        answer?.Dispose();
        answer = null;
    }
}
