namespace Vagus.Access.Audit.Anchors;

/// <summary>Anchors as files, each created exclusively and flushed to the disk.</summary>
internal sealed class FolderSink(string folder) : IAnchorSink
{
    public string Name => "folder";

    public async ValueTask Add(string path, byte[] content, CancellationToken cancel)
    {
        var file = Path.Combine(folder, path.Replace('/', Path.DirectorySeparatorChar));
        Directory.CreateDirectory(Path.GetDirectoryName(file) ?? folder);
        try
        {
            await using var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
            await stream.WriteAsync(content, CancellationToken.None);
            stream.Flush(flushToDisk: true);
        }
        catch (IOException) when (File.Exists(file))
        {
            var there = await File.ReadAllBytesAsync(file, cancel);
            if (!there.AsSpan().SequenceEqual(content)) throw new AnchorConflictException(path);
        }
    }
}
