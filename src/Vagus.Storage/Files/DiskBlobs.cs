using System.Runtime.CompilerServices;
using System.Text;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Files;

/// <summary>
/// Blobs as files below one folder, open to the server's own account only. A blob is written under <c>unfinished</c>, flushed to the disk,
/// and then given its name.
/// </summary>
internal sealed class DiskBlobs(string folder) : IBlobStore
{
    private const int BufferBytes = 64 * 1024;
    private const string UnfinishedFolder = "unfinished";

    // The process that writes a part has it locked. A folder on the network may know no locks: there a part that grows counts as written.
    private static readonly TimeSpan Still = TimeSpan.FromMinutes(10);

    public async ValueTask Put(BlobName name, Func<Stream, CancellationToken, ValueTask> write, CancellationToken cancel)
    {
        name.Validate();
        var (path, unfinished) = (PathOf(name), Path.Combine(folder, UnfinishedFolder));
        OwnerOnly.CreateFolder(unfinished);
        OwnerOnly.CreateFolder(Path.GetDirectoryName(path)!);
        var part = Path.Combine(unfinished, name.Id);
        try
        {
            await using (var file = Create(part))
            {
                await write(file, cancel);
                await file.FlushAsync(cancel);
                file.Flush(flushToDisk: true);
            }

            File.Move(part, path);
            FolderFlush.Flush(Path.GetDirectoryName(path)!);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    public ValueTask<Stream?> Open(BlobName name, CancellationToken cancel)
    {
        name.Validate();
        try
        {
            return ValueTask.FromResult<Stream?>(new FileStream(
                PathOf(name), new FileStreamOptions 
                {
                    Options = FileOptions.Asynchronous, BufferSize = BufferBytes, Share = FileShare.Read | FileShare.Delete,
                }));
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return ValueTask.FromResult<Stream?>(null);
        }
    }

    public ValueTask Delete(BlobName name, CancellationToken cancel)
    {
        name.Validate();
        var path = PathOf(name);
        if (File.Exists(path)) File.Delete(path);
        return ValueTask.CompletedTask;
    }

    public async IAsyncEnumerable<StoredBlob> List([EnumeratorCancellation] CancellationToken cancel)
    {
        if (!Directory.Exists(folder)) yield break;
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            cancel.ThrowIfCancellationRequested();
            var relative = Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/');
            if (BlobName.Parse(relative) is { } name) yield return new StoredBlob(name, WrittenAt(path));
        }

        await Task.CompletedTask;
    }

    public ValueTask<int> RemoveUnfinished(DateTimeOffset now, CancellationToken cancel)
    {
        var unfinished = Path.Combine(folder, UnfinishedFolder);
        if (!Directory.Exists(unfinished)) return ValueTask.FromResult(0);
        var left = Directory.EnumerateFiles(unfinished).Where(path => WrittenAt(path) < now - Still && !IsBeingWritten(path)).ToList();
        left.ForEach(File.Delete);
        return ValueTask.FromResult(left.Count);
    }

    public async ValueTask<string?> ReadMark(string name, CancellationToken cancel)
    {
        try
        {
            return await File.ReadAllTextAsync(PathOfMark(name), cancel);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public async ValueTask WriteMark(string name, string text, CancellationToken cancel)
    {
        var unfinished = Path.Combine(folder, UnfinishedFolder);
        OwnerOnly.CreateFolder(unfinished);
        var part = Path.Combine(unfinished, BlobName.MarkPrefix + name);
        // What a killed process left.
        File.Delete(part);
        try
        {
            await using (var file = Create(part))
            {
                await file.WriteAsync(Encoding.UTF8.GetBytes(text), cancel);
                await file.FlushAsync(cancel);
                file.Flush(flushToDisk: true);
            }

            File.Move(part, PathOfMark(name), overwrite: true);
            FolderFlush.Flush(folder);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    public ValueTask RemoveMark(string name, CancellationToken cancel)
    {
        var path = PathOfMark(name);
        if (File.Exists(path)) File.Delete(path);
        return ValueTask.CompletedTask;
    }

    private static bool IsBeingWritten(string part)
    {
        try
        {
            using var taken = new FileStream(part, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private static DateTimeOffset WrittenAt(string path) => new(File.GetLastWriteTimeUtc(path), TimeSpan.Zero);

    private string PathOf(BlobName name) => Path.Combine(folder, name.Path.Replace('/', Path.DirectorySeparatorChar));

    private string PathOfMark(string name) => Path.Combine(folder, BlobName.MarkPrefix + name);

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = BufferBytes,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }
}
