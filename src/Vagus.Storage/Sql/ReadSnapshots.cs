using System.Diagnostics;

namespace Vagus.Storage.Sql;

/// <summary>
/// Lets SQLite's readers keep their pages. A reader that begins after a commit of another connection drops its whole page cache, and each
/// audited read is a commit. So a reader keeps its read transaction, its snapshot, from one query to the next as long as nothing was
/// committed since but leaves (<see cref="Writing.LeafLog"/>), whose tables the query does not read.
/// </summary>
/// <remarks>
/// A commit of this process is counted before it is acknowledged, so that no query misses what was acknowledged before it. While it goes on
/// no snapshot is kept: a feed may read it before it is counted, and what that asks next must not miss it. Commits of other
/// processes (the command line) are seen at the latest after <see cref="Longest"/>. The write-ahead log begins anew only while no reader has
/// a snapshot of it: those of idle readers end soon (<see cref="SqliteReaders"/>), and while the log is long each ends with its query.
/// </remarks>
internal sealed class ReadSnapshots
{
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(10);

    /// <summary>Frames of the write-ahead log: twice the writer's <c>wal_autocheckpoint</c>.</summary>
    private const long LongLog = 8000;
    private const int PagesBetweenLooks = 2000;
    private const int PagesBetweenLooksAtLongLog = 200;
    private long changes;
    private long leaves;
    private volatile bool logIsLong;
    private volatile bool isCommitting;

    /// <summary>How the names of the leaf log's tables begin; until it is set every query may be one of them.</summary>
    public string? LeafTables { get; set; }

    /// <summary>False: no commit is told of here, so that each snapshot ends with its query.</summary>
    public bool AreKept { get; set; } = true;

    public bool EndAtOnce => logIsLong || !AreKept;

    /// <summary>Called by the one writer before a commit of more than leaves.</summary>
    public void BeginCommit() => isCommitting = true;

    /// <summary>Called by the one writer after each commit, also one that failed.</summary>
    public void EndCommit(bool onlyLeaves)
    {
        Committed(onlyLeaves);
        isCommitting = false;
    }

    public void Committed(bool onlyLeaves) => Interlocked.Increment(ref onlyLeaves ? ref leaves : ref changes);

    /// <summary>Looks now and then how long the write-ahead log is. Called by the one writer after a commit.</summary>
    public void Watch(SqliteSession writer)
    {
        if (writer.PagesWritten(anew: false) < (logIsLong ? PagesBetweenLooksAtLongLog : PagesBetweenLooks)) return;
        writer.PagesWritten(anew: true);
        logIsLong = writer.Checkpoint() > LongLog;
    }

    /// <summary>Gives a reader that was idle, or is new, a snapshot that has everything acknowledged so far.</summary>
    public void Begin(SqliteSession reader, Statement statement)
    {
        // Asked before the commits are: one that has ended since is counted.
        var mayKeep = AreKept && !isCommitting;
        var now = new ReadSnapshot(Interlocked.Read(ref changes), Interlocked.Read(ref leaves), Stopwatch.GetTimestamp());
        if (reader.Snapshot is { } kept)
        {
            if (mayKeep && MayGoOn(kept, now, statement)) return;
            reader.LetGo();
        }

        reader.Hold(now);
    }

    private bool MayGoOn(ReadSnapshot kept, ReadSnapshot now, Statement statement) =>
        kept.Changes == now.Changes
        && (kept.Leaves == now.Leaves || (LeafTables is { } tables && !statement.Names(tables)))
        && Stopwatch.GetElapsedTime(kept.Taken, now.Taken) < Longest;
}

/// <summary>The commits counted before the snapshot was taken, and when that was (<see cref="Stopwatch"/>'s ticks).</summary>
internal sealed record ReadSnapshot(long Changes, long Leaves, long Taken);
