namespace Vagus.Access.Audit.Anchors;

/// <summary>The sinks of the settings; none is opened before its first anchor.</summary>
internal sealed class AnchorSinks(AnchorOptions options, TimeProvider clock) : IDisposable
{
    private readonly Lazy<S3Sink>? bucket = options.S3 is { } address
        ? new Lazy<S3Sink>(() => new S3Sink(new Uri(address), options, clock)) : null;

    public IEnumerable<IAnchorSink> All
    {
        get
        {
            if (options.Folder is { } folder) yield return new FolderSink(folder);
            if (bucket is not null) yield return bucket.Value;
        }
    }

    public void Dispose()
    {
        if (bucket is { IsValueCreated: true }) bucket.Value.Dispose();
    }
}
