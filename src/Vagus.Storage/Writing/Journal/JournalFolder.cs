using Vagus.Kernel;
using Vagus.Storage.Files;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Writing.Journal;

/// <summary>
/// The folder with the journals of all processes on one SQLite file, each locked while its process lives. What the logs hold of each is in
/// <c>leaf_journal</c>, written by the commit that put it there.
/// </summary>
internal sealed class JournalFolder(string folder, IdSource ids)
{
    private const string Ending = ".leaves";

    /// <summary>
    /// A journal of this process. Its name is never used again: the marks of one would be taken for those of the other.
    /// </summary>
    public JournalSegment Create()
    {
        OwnerOnly.CreateFolder(folder);
        var name = ids.NewId();
        var segment = new JournalSegment(name, Path.Combine(folder, name + Ending));
        FolderFlush.Flush(folder);
        return segment;
    }

    /// <summary>The journals of processes that have ended, each locked by this one until it is disposed of.</summary>
    public List<EndedJournal> Ended()
    {
        if (!Directory.Exists(folder)) return [];
        return [.. Directory.EnumerateFiles(folder, "*" + Ending).Order(StringComparer.Ordinal).Select(Lock).OfType<EndedJournal>()];
    }

    /// <summary>Their names, also of those whose process lives.</summary>
    public HashSet<string> Names() => !Directory.Exists(folder) ? [] :
        [.. Directory.EnumerateFiles(folder, "*" + Ending).Select(file => Path.GetFileNameWithoutExtension(file))];

    /// <summary>The number of the tenant's last leaf in each journal that has any, also of processes that live.</summary>
    public Dictionary<string, long> LastOf(TenantId tenant)
    {
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        if (!Directory.Exists(folder)) return last;
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Ending))
        {
            var numbers = JournalRecord.ReadAll(SharedFile.Read(path)).Where(each => each.Tenant == tenant).Select(each => each.Number);
            if (numbers.DefaultIfEmpty().Max() is > 0 and var number) last[Path.GetFileNameWithoutExtension(path)] = number;
        }

        return last;
    }

    private static EndedJournal? Lock(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            // Another process may have taken it in and removed it between the two.
            if (File.Exists(path)) return new EndedJournal(Path.GetFileNameWithoutExtension(path), file);
            file.Dispose();
            return null;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // Its process lives, or another one has taken it, or it is another account's.
            return null;
        }
    }
}

/// <summary>A journal whose process has ended.</summary>
internal sealed class EndedJournal(string name, FileStream file) : IDisposable
{
    public string Name => name;

    /// <summary>All that it holds, in order, also what the logs hold already.</summary>
    public List<JournalRecord> Read()
    {
        var bytes = new byte[file.Length];
        file.Position = 0;
        file.ReadExactly(bytes);
        return JournalRecord.ReadAll(bytes);
    }

    public void Delete() => File.Delete(file.Name);

    public void Dispose() => file.Dispose();
}
