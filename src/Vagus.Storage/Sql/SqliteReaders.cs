using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;

namespace Vagus.Storage.Sql;

/// <summary>
/// SQLite's connections that read, the last used first: its pages are the warmest. An idle one keeps its snapshot for a moment
/// (<see cref="ReadSnapshots"/>); a timer, the last query that runs, and every query while the write-ahead log is long, end those of idle
/// ones where they are, so that no query has to open a connection meanwhile. The caller sees to it that no more queries run than
/// connections may be open.
/// </summary>
internal sealed class SqliteReaders : IAsyncDisposable
{
    private readonly ConcurrentStack<SqliteReader> idle = [];
    private readonly Lock opening = new();
    private readonly string file;
    private readonly Timer sweep;
    private volatile SqliteReader[] open = [];
    private int sweepIsDue;
    private int running;
    private int opened;

    public SqliteReaders(string file)
    {
        this.file = file;
        sweep = new Timer(static readers => ((SqliteReaders)readers!).EndOld(), this, Timeout.Infinite, Timeout.Infinite);
    }

    public ReadSnapshots Snapshots { get; } = new();

    /// <summary>Connections opened so far: no more than queries ran at once, and one for each that failed.</summary>
    public int Opened => opened;

    public async ValueTask<List<T>> Query<T>(Statement statement, object?[] values, Func<DbDataReader, T> row, CancellationToken cancel)
    {
        var reader = idle.TryPop(out var used) ? used : Open();
        Interlocked.Increment(ref running);
        var done = false;
        try
        {
            reader.Begin(Snapshots, statement);
            var rows = await reader.Session.Query(statement, values, row, cancel);
            done = true;
            return rows;
        }
        finally
        {
            var isLast = Interlocked.Decrement(ref running) == 0;
            // The transaction of a reader whose query failed may have ended: it is not used again.
            if (done) Return(reader, isLast);
            else await Close(reader);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await sweep.DisposeAsync();
        while (idle.TryPop(out var reader)) await Close(reader);
    }

    // Where nothing runs, the next query sees what other processes have committed: this process is not told of their commits.
    private void Return(SqliteReader reader, bool isLast)
    {
        reader.Rest();
        idle.Push(reader);
        if (isLast || Snapshots.EndAtOnce) End(longest: TimeSpan.Zero);
        else SweepSoon();
    }

    private void SweepSoon()
    {
        if (Volatile.Read(ref sweepIsDue) == 0 && Interlocked.Exchange(ref sweepIsDue, 1) == 0)
            sweep.Change(ReadSnapshots.Longest, Timeout.InfiniteTimeSpan);
    }

    private void EndOld()
    {
        Volatile.Write(ref sweepIsDue, 0);
        if (End(ReadSnapshots.Longest)) SweepSoon();
    }

    /// <summary>True while an idle reader keeps a snapshot that is not old yet.</summary>
    private bool End(TimeSpan longest)
    {
        var kept = false;
        foreach (var reader in open) kept |= !reader.EndSnapshot(longest);
        return kept;
    }

    private SqliteReader Open()
    {
        var reader = new SqliteReader(SqliteSession.Open(file, readOnly: true));
        lock (opening) (open, opened) = ([.. open, reader], opened + 1);
        return reader;
    }

    private ValueTask Close(SqliteReader reader)
    {
        lock (opening) open = [.. open.Where(other => other != reader)];
        return reader.Session.DisposeAsync();
    }
}

/// <summary>One connection that reads. Only its query uses it, and while it has none, a sweep that ends its snapshot.</summary>
internal sealed class SqliteReader(SqliteSession session)
{
    private readonly Lock use = new();
    private bool running;

    public SqliteSession Session => session;

    public void Begin(ReadSnapshots snapshots, Statement statement)
    {
        lock (use)
        {
            running = true;
            snapshots.Begin(session, statement);
        }
    }

    public void Rest()
    {
        lock (use) running = false;
    }

    /// <summary>False when the reader is idle and its snapshot is younger than that, so that it is kept.</summary>
    public bool EndSnapshot(TimeSpan longest)
    {
        lock (use)
        {
            if (running || session.Snapshot is not { } kept) return true;
            if (Stopwatch.GetElapsedTime(kept.Taken) < longest) return false;
            session.LetGo();
            return true;
        }
    }
}
