using System.Security.Cryptography;
using Vagus.Kernel;

namespace Vagus.Storage.Files;

/// <summary>How far the copy has come.</summary>
/// <param name="Seen">Blobs of the source that were looked at.</param>
/// <param name="Copied">Those that the other store did not have.</param>
/// <param name="Bytes">Of the copied ones.</param>
public sealed record CopiedBlobs(long Seen, long Copied, long Bytes);

/// <summary>
/// Copies the blobs of one store into another, for a move from a disk to S3 or from bucket to bucket. Blobs never change, so one that is
/// there is not sent again, and a copy that was broken off goes on. Each is read back and compared. Servers may run on either store
/// meanwhile.
/// </summary>
/// <param name="from">Where they are.</param>
/// <param name="to">Where they go.</param>
/// <param name="only">Those of one tenant; null: all.</param>
public sealed class CopyBlobs(IBlobStore from, IBlobStore to, TenantId? only = null)
{
    public CopyBlobs(string folder, IBlobStore to)
        : this(new DiskBlobs(folder), to)
    {
    }

    /// <summary>Throws <see cref="InvalidDataException"/> where a blob is read back other than it was sent.</summary>
    public async ValueTask<CopiedBlobs> Run(Action<CopiedBlobs> tell, CancellationToken cancel)
    {
        var done = new CopiedBlobs(0, 0, 0);
        await foreach (var blob in from.List(cancel))
        {
            if (only is { } tenant && blob.Name.Tenant != tenant) continue;
            // Removed since it was listed, with its file.
            if (await from.Open(blob.Name, cancel) is not { } source) continue;
            await using var content = source;
            var isThere = await HasLength(blob.Name, content.Length, cancel);
            if (!isThere) await Send(blob.Name, content, cancel);
            content.Position = 0;
            await Compare(blob.Name, content, cancel);
            done = new CopiedBlobs(
                done.Seen + 1, done.Copied + (isThere ? 0 : 1), done.Bytes + (isThere ? 0 : content.Length));
            tell(done);
        }

        return done;
    }

    private async ValueTask<bool> HasLength(BlobName name, long length, CancellationToken cancel)
    {
        if (await to.Open(name, cancel) is not { } there) return false;
        await using var opened = there;
        return there.Length == length;
    }

    private async ValueTask Send(BlobName name, Stream content, CancellationToken cancel)
    {
        await to.Delete(name, cancel);
        await to.Put(name, async (target, token) => await content.CopyToAsync(target, token), cancel);
    }

    private async ValueTask Compare(BlobName name, Stream content, CancellationToken cancel)
    {
        var sent = await SHA256.HashDataAsync(content, cancel);
        if (await to.Open(name, cancel) is { } there)
        {
            await using var opened = there;
            var found = await SHA256.HashDataAsync(opened, cancel);
            if (sent.AsSpan().SequenceEqual(found)) return;
        }

        throw new InvalidDataException($"The blob {name.Path} is read back other than it was sent.");
    }
}
