using System.Security.Cryptography;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Backups;

/// <summary>Files of a backup: open to the operator's account only, and on the disk before the manifest names them.</summary>
internal static class BackupFiles
{
    private const int BufferBytes = 1024 * 1024;

    public static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = BufferBytes };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    /// <summary>Measures a file that is complete.</summary>
    public static async ValueTask<BackupFile> Measure(string folder, string name, CancellationToken cancel)
    {
        await using var file = OpenRead(Path.Combine(folder, name));
        var hash = await SHA256.HashDataAsync(file, cancel);
        return new BackupFile(name, file.Length, Convert.ToHexStringLower(hash));
    }

    /// <summary>Throws where a file is not the one that the manifest names.</summary>
    public static async ValueTask Verify(string folder, BackupFile expected, CancellationToken cancel)
    {
        // A manifest comes from elsewhere: it names no file outside of its folder.
        if (Path.GetFileName(expected.Name) != expected.Name) throw new BackupException($"The manifest names {expected.Name}, which is no file name.");
        if (!File.Exists(Path.Combine(folder, expected.Name))) throw new BackupException($"{expected.Name} is missing.");

        var found = await Measure(folder, expected.Name, cancel);
        if (found.Bytes != expected.Bytes)
            throw new BackupException($"{expected.Name} has {found.Bytes} bytes, the manifest names {expected.Bytes}.");
        if (found.Sha256 != expected.Sha256) throw new BackupException($"{expected.Name} was changed: its SHA-256 is not that of the manifest.");
    }

    public static FileStream OpenRead(string path) =>
        new(path, new FileStreamOptions { Options = FileOptions.SequentialScan | FileOptions.Asynchronous, BufferSize = BufferBytes });

    /// <summary>Waits until a file is on the disk.</summary>
    public static void Flush(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }

    /// <summary>A folder that is not there yet, or is empty.</summary>
    public static void CreateEmpty(string folder)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw new BackupException($"{folder} is not empty: each backup has a folder of its own.");
        OwnerOnly.CreateFolder(folder);
    }
}
