namespace Vagus.Storage.Files;

/// <summary>
/// Where the bytes of files lie: a disk or an S3 server. A blob is there as a whole or not at all, and is never changed. The store does not
/// seal: what it gets is sealed already.
/// </summary>
public interface IBlobStore
{
    /// <summary>
    /// Durable once it returns. Where <paramref name="write"/> throws, nothing is left; a process that is killed leaves parts that
    /// <see cref="RemoveUnfinished"/> removes.
    /// </summary>
    ValueTask Put(BlobName name, Func<Stream, CancellationToken, ValueTask> write, CancellationToken cancel);

    /// <summary>Seekable, asynchronous reads only. Null where there is no such blob.</summary>
    ValueTask<Stream?> Open(BlobName name, CancellationToken cancel);

    /// <summary>A blob that is not there is no fault.</summary>
    ValueTask Delete(BlobName name, CancellationToken cancel);

    IAsyncEnumerable<StoredBlob> List(CancellationToken cancel);

    /// <summary>Removes what uploads of killed processes left, and answers how many there were.</summary>
    ValueTask<int> RemoveUnfinished(DateTimeOffset now, CancellationToken cancel);

    /// <summary>A short text beside the blobs, by which whoever else has this store is known. Null where there is none.</summary>
    ValueTask<string?> ReadMark(string name, CancellationToken cancel);

    /// <summary>Puts it there, or another text in its place. Durable once it returns.</summary>
    ValueTask WriteMark(string name, string text, CancellationToken cancel);

    /// <summary>A mark that is not there is no fault.</summary>
    ValueTask RemoveMark(string name, CancellationToken cancel);
}
