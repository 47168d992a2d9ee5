namespace Vagus.Storage.Sql;

/// <summary>The embedded database holds patient data: its folder and files are open to the server's own account only.</summary>
internal static class OwnerOnly
{
    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode File = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A folder that is there already keeps its mode: it may hold more than ours.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, Folder);
    }

    /// <summary>
    /// Makes the database file, or mends its mode and that of its log and index. SQLite gives both the database's mode when it makes
    /// them.
    /// </summary>
    public static void Guard(string sqliteFile)
    {
        if (OperatingSystem.IsWindows()) return;

        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite,
            UnixCreateMode = File,
        };
        if (!System.IO.File.Exists(sqliteFile)) new FileStream(sqliteFile, options).Dispose();
        foreach (var file in new[] { sqliteFile, sqliteFile + "-wal", sqliteFile + "-shm" })
        {
            if (System.IO.File.Exists(file) && System.IO.File.GetUnixFileMode(file) != File) System.IO.File.SetUnixFileMode(file, File);
        }
    }
}
