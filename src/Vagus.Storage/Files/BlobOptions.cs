namespace Vagus.Storage.Files;

/// <summary>Where the bytes of files lie. The default is the folder <c>files</c> in the data folder.</summary>
public sealed record BlobOptions
{
    public string? Folder { get; init; }

    /// <summary><c>s3://bucket/prefix</c>; null: the folder. Region and credentials are those of the AWS SDK.</summary>
    public string? S3 { get; init; }

    /// <summary>The address of a server other than AWS, which then has its buckets in the path.</summary>
    public Uri? S3Endpoint { get; init; }

    /// <summary>So long an S3 server may be silent, while it is connected to, before it answers, and within a body.</summary>
    public TimeSpan S3Silence { get; init; } = TimeSpan.FromSeconds(30);

    internal void Validate()
    {
        if (S3 is not { } address) return;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || url.Scheme != "s3" || url.Host.Length == 0)
            throw new InvalidOperationException("The bucket of files is named as s3://bucket/prefix.");
    }
}
