using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Vagus.Storage.Files;

/// <summary>Blobs as objects of a bucket. Large ones are uploaded in parts, which S3 shows as an object once all are there.</summary>
internal sealed class S3Blobs(BlobOptions options, TimeProvider clock) : IBlobStore, IDisposable
{
    private static readonly TimeSpan LongestUpload = TimeSpan.FromDays(1);
    private readonly AmazonS3Client client = new(Configuration(options.S3Endpoint));
    private readonly S3Patience patience = new(options.S3Silence, clock);
    private readonly Uri address = new(options.S3 ?? throw new ArgumentException("No bucket is named.", nameof(options)));

    public async ValueTask Put(BlobName name, Func<Stream, CancellationToken, ValueTask> write, CancellationToken cancel)
    {
        name.Validate();
        await using var upload = new S3Upload(client, patience, address.Host, KeyOf(name));
        await write(upload, cancel);
        await upload.Complete(cancel);
    }

    public async ValueTask<Stream?> Open(BlobName name, CancellationToken cancel)
    {
        name.Validate();
        try
        {
            var found = await patience.Wait(token => client.GetObjectMetadataAsync(address.Host, KeyOf(name), token), cancel);
            return new S3Object(client, patience, address.Host, KeyOf(name), found.ContentLength);
        }
        catch (AmazonS3Exception absent) when (absent.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public async ValueTask Delete(BlobName name, CancellationToken cancel)
    {
        name.Validate();
        await patience.Wait(token => client.DeleteObjectAsync(address.Host, KeyOf(name), token), cancel);
    }

    public async IAsyncEnumerable<StoredBlob> List([EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new ListObjectsV2Request { BucketName = address.Host, Prefix = Prefix };
        do
        {
            var page = await patience.Wait(token => client.ListObjectsV2Async(request, token), cancel);
            foreach (var found in page.S3Objects ?? [])
            {
                if (BlobName.Parse(found.Key[Prefix.Length..]) is { } name)
                    yield return new StoredBlob(name, Utc(found.LastModified));
            }

            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    public async ValueTask<int> RemoveUnfinished(DateTimeOffset now, CancellationToken cancel)
    {
        var before = now - LongestUpload;
        var removed = 0;
        var request = new ListMultipartUploadsRequest { BucketName = address.Host, Prefix = Prefix };
        while (true)
        {
            var page = await patience.Wait(token => client.ListMultipartUploadsAsync(request, token), cancel);
            foreach (var upload in (page.MultipartUploads ?? []).Where(upload => Utc(upload.Initiated) < before))
            {
                await patience.Wait(
                    token => client.AbortMultipartUploadAsync(address.Host, upload.Key, upload.UploadId, token), cancel);
                removed++;
            }

            if (page.IsTruncated != true) return removed;
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
    }

    public async ValueTask<string?> ReadMark(string name, CancellationToken cancel)
    {
        try
        {
            using var found = await patience.Wait(token => client.GetObjectAsync(address.Host, KeyOfMark(name), token), cancel);
            using var reader = new StreamReader(found.ResponseStream);
            return await patience.Wait(reader.ReadToEndAsync, cancel);
        }
        catch (AmazonS3Exception absent) when (absent.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public async ValueTask WriteMark(string name, string text, CancellationToken cancel)
    {
        var mark = new PutObjectRequest
        {
            BucketName = address.Host, Key = KeyOfMark(name), ContentBody = text, UseChunkEncoding = false,
        };
        await patience.Wait(token => client.PutObjectAsync(mark, token), cancel);
    }

    public async ValueTask RemoveMark(string name, CancellationToken cancel) =>
        await patience.Wait(token => client.DeleteObjectAsync(address.Host, KeyOfMark(name), token), cancel);

    public void Dispose() => client.Dispose();

    private string Prefix => address.AbsolutePath.Trim('/') is { Length: > 0 } prefix ? $"{prefix}/" : "";

    private string KeyOf(BlobName name) => Prefix + name.Path;

    private string KeyOfMark(string name) => Prefix + BlobName.MarkPrefix + name;

    private static DateTimeOffset Utc(DateTime? at) =>
        at is { } known ? new DateTimeOffset(known.ToUniversalTime()) : DateTimeOffset.MaxValue;

    private static AmazonS3Config Configuration(Uri? endpoint)
    {
        var configuration = new AmazonS3Config
        {
            // Our own limits are of silence: a part of a slow upload may take longer than any time that is short enough for an answer.
            Timeout = Timeout.InfiniteTimeSpan,
            MaxErrorRetry = 2,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (endpoint is null) return configuration;
        configuration.ServiceURL = endpoint.ToString();
        configuration.ForcePathStyle = true;
        return configuration;
    }
}
