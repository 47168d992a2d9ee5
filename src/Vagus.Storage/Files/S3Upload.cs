using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Vagus.Storage.Files;

/// <summary>
/// What is written becomes an object by <see cref="Complete"/>, and nothing otherwise. One part is in memory; an object that fits in it is
/// put at once. S3 takes 10,000 parts, so an object has at most 156 GiB.
/// </summary>
internal sealed class S3Upload(AmazonS3Client client, S3Patience patience, string bucket, string key) : Stream
{
    private const int PartBytes = 16 * 1024 * 1024;
    private readonly List<PartETag> parts = [];
    private byte[] part = new byte[64 * 1024];
    private int held;
    private string? upload;
    private bool complete;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            if (held == PartBytes) await SendPart(cancellationToken);
            var taken = Math.Min(buffer.Length, PartBytes - held);
            if (held + taken > part.Length) Array.Resize(ref part, Math.Min(PartBytes, Math.Max(part.Length * 2, held + taken)));
            buffer[..taken].CopyTo(part.AsMemory(held));
            held += taken;
            buffer = buffer[taken..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public async ValueTask Complete(CancellationToken cancel)
    {
        if (upload is null)
        {
            await patience.Wait(PutWhole, cancel);
        }
        else
        {
            if (held > 0) await SendPart(cancel);
            var request = new CompleteMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = upload, PartETags = parts };
            await patience.WaitForJoining(token => client.CompleteMultipartUploadAsync(request, token), cancel);
        }

        complete = true;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (complete || upload is not { } begun) return;
        try
        {
            // The caller's token may be the reason for the end.
            await patience.Wait(token => client.AbortMultipartUploadAsync(bucket, key, begun, token), CancellationToken.None);
        }
        catch (Exception failed) when (failed is AmazonServiceException || S3Reach.IsUnreachable(failed, CancellationToken.None))
        {
            // The sweep of unfinished uploads aborts it; the reason for the end is what the caller must learn.
        }
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write it asynchronously.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask SendPart(CancellationToken cancel)
    {
        upload ??= (await patience.Wait(token => client.InitiateMultipartUploadAsync(bucket, key, token), cancel)).UploadId;
        var sent = await patience.Wait(PutPart, cancel);
        parts.Add(new PartETag(parts.Count + 1, sent.ETag));
        held = 0;
    }

    private async Task<PutObjectResponse> PutWhole(Action taken, CancellationToken cancel)
    {
        using var bytes = new SentBytes(part, held, taken);
        return await client.PutObjectAsync(
            new PutObjectRequest { BucketName = bucket, Key = key, InputStream = bytes, UseChunkEncoding = false }, cancel);
    }

    private async Task<UploadPartResponse> PutPart(Action taken, CancellationToken cancel)
    {
        using var bytes = new SentBytes(part, held, taken);
        return await client.UploadPartAsync(
            new UploadPartRequest
            {
                BucketName = bucket, Key = key, UploadId = upload, PartNumber = parts.Count + 1, InputStream = bytes, PartSize = held,
                UseChunkEncoding = false,
            },
            cancel);
    }
}
