using System.Net;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Vagus.Access.Audit.Anchors;

/// <summary>
/// Anchors as objects under a lock in compliance mode, which no credential can shorten. The condition keeps one from getting a second
/// version: the lock alone would only keep the first one.
/// </summary>
internal sealed class S3Sink(Uri address, AnchorOptions options, TimeProvider clock) : IAnchorSink, IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly AmazonS3Client client = new(Configuration(options.S3Endpoint));

    public string Name => "s3";

    public async ValueTask Add(string path, byte[] content, CancellationToken cancel)
    {
        var key = address.AbsolutePath.Trim('/') is { Length: > 0 } prefix ? $"{prefix}/{path}" : path;
        try
        {
            await client.PutObjectAsync(Locked(key, content), cancel);
        }
        catch (AmazonS3Exception there) when (there.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
        {
            if (!(await Read(key, cancel)).AsSpan().SequenceEqual(content)) throw new AnchorConflictException(path);
        }
    }

    public void Dispose() => client.Dispose();

    private static AmazonS3Config Configuration(Uri? endpoint)
    {
        var configuration = new AmazonS3Config
        {
            Timeout = Limit,
            MaxErrorRetry = 1,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (endpoint is null) return configuration;
        configuration.ServiceURL = endpoint.ToString();
        configuration.ForcePathStyle = true;
        return configuration;
    }

    private PutObjectRequest Locked(string key, byte[] content) => new()
    {
        BucketName = address.Host,
        Key = key,
        InputStream = new MemoryStream(content),
        ContentType = "text/plain; charset=utf-8",
        IfNoneMatch = "*",
        // S3 demands a checksum of an object under object lock.
        ChecksumSHA256 = Convert.ToBase64String(SHA256.HashData(content)),
        UseChunkEncoding = false,
        ObjectLockMode = ObjectLockMode.Compliance,
        ObjectLockRetainUntilDate = clock.GetUtcNow().AddYears(options.LockYears).UtcDateTime,
    };

    private async ValueTask<byte[]> Read(string key, CancellationToken cancel)
    {
        using var found = await client.GetObjectAsync(address.Host, key, cancel);
        using var bytes = new MemoryStream();
        await found.ResponseStream.CopyToAsync(bytes, cancel);
        return bytes.ToArray();
    }
}
