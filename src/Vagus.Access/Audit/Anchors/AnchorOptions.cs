namespace Vagus.Access.Audit.Anchors;

/// <summary>Where checkpoints are anchored: places that somebody else administers than the database.</summary>
public sealed record AnchorOptions
{
    /// <summary>A folder, best on another machine; null: none.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// A bucket with object lock: <c>s3://bucket/prefix</c>; null: none. Region and credentials are those of the AWS SDK.
    /// </summary>
    public string? S3 { get; init; }

    /// <summary>The address of a server other than AWS, which then has its buckets in the path.</summary>
    public Uri? S3Endpoint { get; init; }

    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For how many years an object of the bucket is locked: those of the audit's retention, six at least.</summary>
    public int LockYears { get; init; } = 10;

    /// <summary>What is wrong with these options; null where nothing is.</summary>
    public string? Refuse()
    {
        if (Interval < TimeSpan.FromSeconds(1)) return "The interval of the audit's anchors is a second at least.";
        if (LockYears is < 6 or > 100) return "The audit's anchors are locked for six years at least.";
        if (S3 is not { } address) return null;
        return Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Scheme == "s3" && url.Host.Length > 0
            ? null : "The bucket of the audit's anchors is named as s3://bucket/prefix.";
    }
}
