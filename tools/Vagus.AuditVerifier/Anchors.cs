using System.Globalization;

namespace Vagus.AuditVerifier;

/// <summary>A folder of anchors: <c>tenant/size-instant.note</c>, and the public keys in <c>_keys</c>.</summary>
internal sealed class Anchors(IReadOnlyList<string> folders)
{
    private const string Keys = "_keys";
    private readonly HashSet<string> seenFirst = [.. Files(folders)];

    public bool AreGiven => folders.Count > 0;

    public IEnumerable<string> KeyLines => folders
        .Select(folder => Path.Combine(folder, Keys))
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.GetFiles(folder, "*.vkey"))
        .SelectMany(File.ReadAllLines);

    public IEnumerable<string> Tenants => folders
        .Where(Directory.Exists)
        .SelectMany(Directory.GetDirectories)
        .Select(folder => Path.GetFileName(folder))
        .Where(name => name != Keys);

    /// <summary>
    /// A tenant's anchors, the smallest first. The folders were listed before the database was looked at, and are listed again: what was
    /// added meanwhile counts only where the database that was read covers it.
    /// </summary>
    public IReadOnlyList<AnchorFile> Of(string tenant, long size) =>
    [
        .. Files([.. folders.Select(folder => Path.Combine(folder, tenant))])
            .Select(AnchorFile.Named)
            .OfType<AnchorFile>()
            .Where(file => file.Size > 0 && (file.Size <= size || seenFirst.Contains(file.Path)))
            .OrderBy(file => file.Size),
    ];

    private static IEnumerable<string> Files(IReadOnlyList<string> folders) => folders
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.note", SearchOption.AllDirectories));
}

/// <summary>An anchor by its name. What it says is read from its content only.</summary>
internal sealed record AnchorFile(string Path, long Size, DateTimeOffset SignedAt)
{
    public static AnchorFile? Named(string path) =>
        System.IO.Path.GetFileNameWithoutExtension(path).Split('-') is [var size, var instant]
        && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var entries)
        && DateTimeOffset.TryParseExact(
            instant, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? new AnchorFile(path, entries, at) : null;

    public Note? Read() => Note.Parse(File.ReadAllText(Path));
}
