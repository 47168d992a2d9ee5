using System.Globalization;
using System.Security.Cryptography;

namespace Vagus.Access.Vault;

/// <summary>Where the root key comes from: given as text (base64), or files, one a version; the first is made at the first start.</summary>
public static class RootKeyFile
{
    private const int MostVersions = 999;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Strangers = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;

    /// <summary>Every version that is here. Version 1 is made where there is none at all.</summary>
    internal static RootKey Load(AccessOptions options)
    {
        if (options.RootKey is { Length: > 0 } text) return TakeOver(FromBase64(text));
        var path = PathOf(options);
        RefuseBackupFolder(path, options.BackupFolder);
        if (Newest(path) is null) Create(path);
        var present = Versions(path).ToDictionary(version => version, version => Read(PathOf(path, version)));
        return new RootKey(present, version => Found(path, version));
    }

    internal static string PathOf(AccessOptions options) => options.RootKeyFile is { Length: > 0 } path
        ? path : throw new InvalidOperationException("Access needs a root key: set RootKey or RootKeyFile.");

    /// <summary>Version 1 has the name that was given, others their number behind it.</summary>
    internal static string PathOf(string first, int version) =>
        version == 1 ? first : string.Create(CultureInfo.InvariantCulture, $"{first}.{version}");

    /// <summary>The files of all versions that are here, the oldest first.</summary>
    /// <param name="first">The path of version 1.</param>
    public static IReadOnlyList<string> Present(string first) => [.. Versions(first).Select(version => PathOf(first, version))];

    /// <summary>The highest version whose file is here; older ones may have been removed. Null: there is none.</summary>
    internal static int? Newest(string first) => Versions(first) is [.., var newest] ? newest : null;

    /// <summary>Null where its file is not here.</summary>
    internal static byte[]? Find(string first, int version)
    {
        var path = PathOf(first, version);
        return File.Exists(path) ? Read(path) : null;
    }

    /// <summary>Null also for a file that is being written or copied, or is not for this user: what runs goes on without it.</summary>
    private static byte[]? Found(string first, int version)
    {
        try
        {
            return Find(first, version);
        }
        catch (Exception fault) when (fault is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static byte[] Read(string path)
    {
        RefuseOpenFile(path);
        var bytes = File.ReadAllBytes(path);
        return bytes.Length == RootKey.Bytes
            ? bytes : throw new InvalidOperationException($"The root key {path} must have {RootKey.Bytes} bytes.");
    }

    private static List<int> Versions(string first)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(first));
        if (!Directory.Exists(folder)) return [];
        var name = Path.GetFileName(first);
        var files = Directory.EnumerateFiles(folder, $"{name}*").Select(Path.GetFileName).OfType<string>();
        return [.. files.Select(file => VersionIn(file, name)).OfType<int>().Order()];
    }

    // A version is digits without a leading zero; names of drafts have letters behind the dot, and those of copies dates.
    private static int? VersionIn(string file, string name)
    {
        if (file == name) return 1;
        return int.TryParse(file.AsSpan(name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            && version is > 1 and <= MostVersions && file == PathOf(name, version) ? version : null;
    }

    // A backup that holds its own key protects nothing.
    private static void RefuseBackupFolder(string path, string? backups)
    {
        if (backups is null) return;
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(backups)) + Path.DirectorySeparatorChar;
        if (Path.GetFullPath(path).StartsWith(folder, StringComparison.Ordinal))
            throw new InvalidOperationException($"The root key {path} lies in the folder of backups. Keep it apart from them.");
    }

    private static RootKey TakeOver(byte[] bytes)
    {
        var key = new RootKey(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }

    private static byte[] FromBase64(string text)
    {
        var bytes = new byte[RootKey.Bytes + 1];
        if (!Convert.TryFromBase64String(text, bytes, out var written))
            throw new InvalidOperationException("The given root key is not base64 of 32 bytes.");
        return bytes[..written];
    }

    /// <summary>A new key of random bytes. A file that is there already stays as it is.</summary>
    internal static void Create(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) CreateFolder(folder);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;

        // Written beside and moved without overwriting: two processes that start together end with one key, never with half of one.
        var draft = $"{path}.{Convert.ToHexString(RandomNumberGenerator.GetBytes(8))}";
        using (var file = new FileStream(draft, options))
        {
            var key = RandomNumberGenerator.GetBytes(RootKey.Bytes);
            file.Write(key);
            file.Flush(flushToDisk: true);
            CryptographicOperations.ZeroMemory(key);
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }

    private static void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    private static void RefuseOpenFile(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Strangers) != UnixFileMode.None)
            throw new InvalidOperationException($"The root key {path} is open to others; allow its owner only (chmod 600).");
    }
}
