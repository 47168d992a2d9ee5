using Vagus.Access.Vault;

namespace Vagus.Server.Checkup;

/// <summary>The files beside the database: whether they are there, who can read them, and whether there is room for more.</summary>
internal static class DataFolderCheck
{
    private const long Gibibyte = 1L << 30;
    private const long LeastFree = Gibibyte;
    private const long FewFree = 5 * Gibibyte;
    private const long LargeWal = Gibibyte / 4;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public static IEnumerable<Finding> Look(ServerOptions options)
    {
        var folder = Path.GetFullPath(options.Storage.DataFolder);
        if (!Directory.Exists(folder))
        {
            yield return Finding.Fail("data folder", $"{folder} does not exist", "Give doctor the --data of the server, or start it.");
            yield break;
        }

        yield return Free(folder);
        foreach (var finding in RootKey(options, folder)) yield return finding;
        if (options.Storage.Postgres is not null) yield break;

        var database = Path.Combine(folder, "vagus.db");
        yield return File.Exists(database)
            ? Mode("database file", database)
            : Finding.Fail("database file", $"{database} does not exist", "Give doctor the --data of the server, or start it.");
        var keys = Path.Combine(folder, "keys.db");
        if (File.Exists(keys)) yield return Mode("keys database", keys);
        if (File.Exists(database + "-wal")) yield return Wal(database + "-wal");
    }

    private static Finding Free(string folder)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var found = $"{free / (double)Gibibyte:0.0} GiB free at {folder}";
        if (free < LeastFree) return Finding.Fail("disk", found, "Make room now: a full disk ends the server with 74.");
        return free < FewFree ? Finding.Warn("disk", found, "Make room, or move --data.") : Finding.Ok("disk", found);
    }

    private static IEnumerable<Finding> RootKey(ServerOptions options, string folder)
    {
        if (options.Access.RootKey is not null) return [Finding.Ok("root key", "from VAGUS_ROOT_KEY")];

        var file = options.Access.RootKeyFile ?? Path.Combine(folder, "root.key");
        return RootKeyFile.Present(file) is { Count: > 0 } versions
            ? versions.Select(version => Mode("root key", version))
            : [Finding.Fail("root key", $"{file} does not exist", "Restore it with the database, which cannot be read in full without it.")];
    }

    private static Finding Mode(string subject, string file)
    {
        if (OperatingSystem.IsWindows()) return Finding.Ok(subject, file);

        var mode = File.GetUnixFileMode(file);
        var found = $"{file} has mode {Convert.ToString((int)mode, 8)}";
        return (mode & Others) == UnixFileMode.None
            ? Finding.Ok(subject, found)
            : Finding.Fail(subject, $"{found}: others on this machine can open it", $"chmod 600 {file}, and find out who could read it.");
    }

    private static Finding Wal(string file)
    {
        var length = new FileInfo(file).Length;
        var found = $"{length / (double)(1 << 20):0.0} MiB";
        return length > LargeWal
            ? Finding.Warn("WAL", found, "A reader holds an old snapshot, or checkpoints fail: look for programs that have the database open.")
            : Finding.Ok("WAL", found);
    }
}
