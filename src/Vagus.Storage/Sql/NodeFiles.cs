namespace Vagus.Storage.Sql;

/// <summary>
/// SQLite only: which processes serve the database. Each has a file of its own in the folder <c>nodes</c> and keeps it locked; the
/// operating system lets the lock go when the process ends, however it ends. So a process that was killed is known to be gone at once,
/// without a beat that would write while nothing happens.
/// </summary>
internal sealed class NodeFiles(StorageOptions options, TimeProvider clock) : IDisposable
{
    private const int Attempts = 1_000;
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);
    private readonly string folder = Path.Combine(options.DataFolder, "nodes");
    private FileStream? own;

    /// <summary>From now on this process serves.</summary>
    public void Hold(string node)
    {
        OwnerOnly.CreateFolder(folder);
        foreach (var file in Directory.EnumerateFiles(folder).Where(IsOld)) File.Delete(file);
        // Another process that asks whether this node lives locks its file for a moment.
        for (var attempt = 0; own is null && attempt < Attempts; attempt++)
        {
            own = Lock(PathOf(node), FileMode.OpenOrCreate);
            if (own is null) Thread.Yield();
        }

        if (own is null) throw new IOException("The file of this node cannot be locked.");
    }

    /// <summary>A node never comes back under its name: one without a file has ended.</summary>
    public bool Lives(string node) => IsLocked(PathOf(node));

    /// <summary>Another process serves the same database.</summary>
    public bool HasOthers() =>
        Directory.Exists(folder) && Directory.EnumerateFiles(folder).Any(file => file != own?.Name && IsLocked(file));

    public void Dispose() => own?.Dispose();

    private bool IsOld(string file) => File.GetLastWriteTimeUtc(file) < clock.GetUtcNow().UtcDateTime - Forgotten && !IsLocked(file);

    private static bool IsLocked(string file)
    {
        if (!File.Exists(file)) return false;
        using var taken = Lock(file, FileMode.Open);
        return taken is null && File.Exists(file);
    }

    private static FileStream? Lock(string file, FileMode mode)
    {
        var access = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (mode != FileMode.Open && !OperatingSystem.IsWindows())
            access.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new FileStream(file, access);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private string PathOf(string node) => Path.GetFullPath(Path.Combine(folder, node));
}
