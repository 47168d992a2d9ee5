namespace Vagus.Access.Audit.Anchors;

/// <summary>
/// Anchors as files. Each has its name once all of it is on the disk: what a killed process or a full disk left has another name, and is
/// written over by the next attempt.
/// </summary>
internal sealed class FolderSink(string folder) : IAnchorSink
{
    /// <summary>The ending of a file that is being written.</summary>
    private const string Unfinished = ".part";

    public string Name => "folder";

    public async ValueTask Add(string path, byte[] content, CancellationToken cancel)
    {
        var file = Path.Combine(folder, path.Replace('/', Path.DirectorySeparatorChar));
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? folder);
        if (await IsThere(file, path, content, cancel)) return;
        var part = file + Unfinished;
        await using (var stream = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.Read))
        {
            await stream.WriteAsync(content, CancellationToken.None);
            stream.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(part, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(part);
            await IsThere(file, path, content, cancel);
        }
    }

    private static async ValueTask<bool> IsThere(string file, string path, byte[] content, CancellationToken cancel)
    {
        if (!File.Exists(file)) return false;
        var there = await File.ReadAllBytesAsync(file, cancel);
        return there.AsSpan().SequenceEqual(content) ? true : throw new AnchorConflictException(path);
    }
}
