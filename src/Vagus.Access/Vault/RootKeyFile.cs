using System.Security.Cryptography;

namespace Vagus.Access.Vault;

/// <summary>Where the root key comes from: given as text (base64), or a file that is made at the first start.</summary>
internal static class RootKeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Strangers = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;

    public static RootKey Load(AccessOptions options)
    {
        if (options.RootKey is { Length: > 0 } text) return TakeOver(FromBase64(text));
        if (options.RootKeyFile is not { Length: > 0 } path)
            throw new InvalidOperationException("Access needs a root key: set RootKey or RootKeyFile.");
        RefuseBackupFolder(path, options.BackupFolder);
        if (!File.Exists(path)) Create(path);
        return Read(path);
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
    public static void Create(string path)
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

    public static RootKey Read(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Strangers) != UnixFileMode.None)
        {
            throw new InvalidOperationException($"The root key {path} is open to others; allow its owner only (chmod 600).");
        }

        return TakeOver(File.ReadAllBytes(path));
    }
}
