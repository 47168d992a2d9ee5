using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Writing.Journal;

/// <summary>
/// The folder with the journals of all processes on one SQLite file: two files for each, locked while its process lives. What the logs hold
/// of each is in <c>leaf_journal</c>, written by the commit that put it there.
/// </summary>
internal sealed class JournalFolder(string folder, IdSource ids)
{
    private const string First = ".a";
    private const string Second = ".b";

    /// <summary>
    /// A journal of this process. Its name is never used again: the marks of one would be taken for those of the other.
    /// </summary>
    public (string Name, JournalSegment First, JournalSegment Second) Create()
    {
        var journal = ids.NewId();
        OwnerOnly.CreateFolder(folder);
        var first = new JournalSegment(Path.Combine(folder, journal + First));
        var second = new JournalSegment(Path.Combine(folder, journal + Second));
        Files.FolderFlush.Flush(folder);
        return (journal, first, second);
    }

    /// <summary>The journals of processes that have ended, each locked by this one until it is disposed of.</summary>
    public List<EndedJournal> Ended()
    {
        if (!Directory.Exists(folder)) return [];
        return [.. Directory.EnumerateFiles(folder, "*" + First).Order(StringComparer.Ordinal).Select(Lock).OfType<EndedJournal>()];
    }

    /// <summary>Their names, also of those whose process lives.</summary>
    public HashSet<string> Names() => !Directory.Exists(folder) ? [] :
        [.. Directory.EnumerateFiles(folder, "*" + First).Select(file => Path.GetFileNameWithoutExtension(file))];

    private static EndedJournal? Lock(string first)
    {
        try
        {
            var held = new FileStream(first, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return new EndedJournal(Path.GetFileNameWithoutExtension(first), held, Path.ChangeExtension(first, Second));
        }
        catch (IOException)
        {
            // Its process lives, or another one has taken it meanwhile.
            return null;
        }
    }
}

/// <summary>A journal whose process has ended.</summary>
internal sealed class EndedJournal(string name, FileStream first, string second) : IDisposable
{
    public string Name => name;

    /// <summary>All that it holds, in order, also what the logs hold already.</summary>
    public List<JournalRecord> Read()
    {
        var bytes = new byte[first.Length];
        first.Position = 0;
        first.ReadExactly(bytes);
        var others = File.Exists(second) ? File.ReadAllBytes(second) : [];
        return [.. JournalRecord.ReadAll(bytes).Concat(JournalRecord.ReadAll(others)).OrderBy(record => record.Number)];
    }

    /// <summary>The file with the lock goes last: as long as it is there, another process finds the journal.</summary>
    public void Delete()
    {
        File.Delete(second);
        File.Delete(first.Name);
    }

    public void Dispose() => first.Dispose();
}
