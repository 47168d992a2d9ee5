using System.Diagnostics;
using System.Net.Sockets;
using Amazon.Runtime;

namespace Vagus.Storage.Files;

/// <summary>
/// S3 with one word for all the ways in which its server is not reached or fails (5xx): <see cref="FilesUnreachableException"/>. What the
/// sender of a file does, and what S3 refuses, stays as it is.
/// </summary>
internal sealed class S3Reach(S3Blobs blobs) : IBlobStore, IDisposable
{
    public async ValueTask Put(BlobName name, Func<Stream, CancellationToken, ValueTask> write, CancellationToken cancel)
    {
        try
        {
            await blobs.Put(name, write, cancel);
        }
        catch (Exception cause) when (IsUnreachable(cause, cancel))
        {
            throw new FilesUnreachableException(CodeOf(cause), cause);
        }
    }

    public async ValueTask<Stream?> Open(BlobName name, CancellationToken cancel)
    {
        try
        {
            return await blobs.Open(name, cancel);
        }
        catch (Exception cause) when (IsUnreachable(cause, cancel))
        {
            throw new FilesUnreachableException(CodeOf(cause), cause);
        }
    }

    public async ValueTask Delete(BlobName name, CancellationToken cancel)
    {
        try
        {
            await blobs.Delete(name, cancel);
        }
        catch (Exception cause) when (IsUnreachable(cause, cancel))
        {
            throw new FilesUnreachableException(CodeOf(cause), cause);
        }
    }

    public IAsyncEnumerable<StoredBlob> List(CancellationToken cancel) => blobs.List(cancel);

    public ValueTask<int> RemoveUnfinished(DateTimeOffset before, CancellationToken cancel) => blobs.RemoveUnfinished(before, cancel);

    public ValueTask<string?> ReadMark(string name, CancellationToken cancel) =>
        Reached(() => blobs.ReadMark(name, cancel), cancel);

    public async ValueTask WriteMark(string name, string text, CancellationToken cancel) => await Reached(
        async () =>
        {
            await blobs.WriteMark(name, text, cancel);
            return true;
        },
        cancel);

    public async ValueTask RemoveMark(string name, CancellationToken cancel) => await Reached(
        async () =>
        {
            await blobs.RemoveMark(name, cancel);
            return true;
        },
        cancel);

    public void Dispose() => blobs.Dispose();

    private static async ValueTask<T> Reached<T>(Func<ValueTask<T>> ask, CancellationToken cancel)
    {
        try
        {
            return await ask();
        }
        catch (Exception cause) when (IsUnreachable(cause, cancel))
        {
            throw new FilesUnreachableException(CodeOf(cause), cause);
        }
    }

    /// <summary>True of what the client throws when the server is not reached, or answers that it cannot.</summary>
    internal static bool IsUnreachable(Exception cause, CancellationToken cancel) => cause switch
    {
        // No status: no answer came.
        AmazonServiceException answered => (int)answered.StatusCode is 0 or >= 500,
        AmazonClientException or HttpRequestException or TimeoutException => true,
        // The client's own limit of time.
        OperationCanceledException => !cancel.IsCancellationRequested,
        // The sender's own connection breaks with the same exceptions.
        IOException or SocketException => CameThroughClient(cause),
        _ => false,
    };

    private static bool CameThroughClient(Exception cause) => new StackTrace(cause, fNeedFileInfo: false).GetFrames()
        .Any(frame => frame.GetMethod()?.DeclaringType?.Namespace?.StartsWith("Amazon.", StringComparison.Ordinal) is true);

    internal static string CodeOf(Exception cause) =>
        cause is AmazonServiceException { ErrorCode: { Length: > 0 } code } ? code : (cause.InnerException ?? cause).GetType().Name;
}
