using System.Buffers;
using System.Threading.Channels;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Writing.Journal;

/// <summary>
/// Leaves that stand for themselves, on SQLite: they are on the disk, and acknowledged, before they are in the tenant's log. The next group
/// of writes takes them along, or one of their own after <see cref="Longest"/>. A process that ends in between leaves its journal to the
/// next (<see cref="AdoptJournals"/>). Each commit of SQLite makes all readers drop their pages; an entry for each read would be one.
/// </summary>
internal sealed class LeafJournal : IAsyncDisposable
{
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(50);

    // From its reserved length on a segment is left for one that the logs have all of. Where these are so many, the logs take nothing.
    private const int MostSegments = 32;

    private readonly Channel<WaitingLeaf> waiting;
    private readonly UnfoldedLeaves unfolded;
    private readonly JournalFolder folder;
    private readonly StorageFailure failure;
    private readonly TimeProvider clock;
    private readonly LaneReport report;
    private readonly Database database;
    private readonly int mostWaiting;
    private readonly Action fold;
    private readonly Timer due;
    private readonly Task loop;
    private readonly List<JournalSegment> segments = [];
    private JournalSegment? active;
    private SqlSession? stopReader;
    private TenantStops stops = TenantStops.None;
    private int foldIsDue;

    /// <param name="folder">Where the journals of all processes lie.</param>
    /// <param name="unfolded">What the lane takes into the logs.</param>
    /// <param name="tools">What it shares with the lane.</param>
    /// <param name="fold">Asks the lane for a group.</param>
    public LeafJournal(JournalFolder folder, UnfoldedLeaves unfolded, LaneTools tools, Action fold)
    {
        (this.folder, this.unfolded, this.fold) = (folder, unfolded, fold);
        (failure, clock, report, mostWaiting) = (tools.Failure, tools.Clock, tools.Report, tools.Options.WritesWaiting);
        database = tools.Database;
        due = new Timer(static journal => ((LeafJournal)journal!).FoldNow(), this, Timeout.Infinite, Timeout.Infinite);
        waiting = Channel.CreateBounded<WaitingLeaf>(new BoundedChannelOptions(mostWaiting) { SingleReader = true });
        loop = Task.Run(TakeTurns);
    }

    public int Depth => waiting.Reader.Count;

    public bool TryEnqueue(WaitingLeaf leaf, out Refusal? refusal)
    {
        refusal = null;
        if (waiting.Writer.TryWrite(leaf)) return true;
        refusal = loop.IsCompleted || waiting.Reader.Completion.IsCompleted ? WriteRefused.Stopping : WriteRefused.Full;
        report.Refused(refusal.Code, writes: 1);
        return false;
    }

    /// <summary>Takes no more. What waits is put on the disk and acknowledged.</summary>
    public async Task Stop()
    {
        waiting.Writer.TryComplete();
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await due.DisposeAsync();
    }

    /// <summary>Removes the files where the logs hold all of them; otherwise they are the next process's.</summary>
    public async ValueTask DisposeAsync()
    {
        await Stop();
        foreach (var segment in segments)
        {
            if (segment.IsFree) segment.Delete();
            segment.Dispose();
        }

        if (stopReader is not null) await stopReader.DisposeAsync();
    }

    private async Task TakeTurns()
    {
        var group = new List<WaitingLeaf>();
        try
        {
            while (await waiting.Reader.WaitToReadAsync())
            {
                await QueuedWork.LetOthersArrive(waiting.Reader, mostWaiting);
                group.Clear();
                while (waiting.Reader.TryRead(out var next)) group.Add(next);
                if (failure.HasFailed) Refuse(group, WriteRefused.Failed);
                else await Keep(group);
            }
        }
        catch (Exception cause)
        {
            failure.Report(cause);
            waiting.Writer.TryComplete();
            while (waiting.Reader.TryRead(out var next)) group.Add(next);
            Refuse(group, WriteRefused.Failed);
            report.StorageFailed(cause);
        }
    }

    private async ValueTask Keep(List<WaitingLeaf> group)
    {
        var started = clock.GetTimestamp();
        if (!stops.IsEmpty) await RefuseStopped(group);
        if (group.Count == 0) return;
        if (Next() is not { } segment)
        {
            Refuse(group, WriteRefused.Full);
            return;
        }

        var at = QueuedWork.WholeMillisecond(clock.GetUtcNow());
        var records = new ArrayBufferWriter<byte>(group.Count * 512);
        var leaves = new List<UnfoldedLeaf>(group.Count);
        foreach (var leaf in group)
        {
            var record = new JournalRecord(segment.Next(), at, leaf.Tenant, leaf.Body);
            record.WriteTo(records);
            leaves.Add(new UnfoldedLeaf(segment.Name, record, segment));
        }

        segment.Add(records.WrittenSpan, leaves.Count);
        unfolded.Add(leaves);
        report.Committed(group.Count, clock.GetElapsedTime(started));
        if (Interlocked.Exchange(ref foldIsDue, 1) == 0) due.Change(Longest, Timeout.InfiniteTimeSpan);
        // Between the flush and the answer: a leaf that is acknowledged was in the file before its tenant was stopped, where a move
        // finds it.
        await RefuseStopped(group);
        LeafAnswers.Tell([.. group]);
    }

    private async ValueTask RefuseStopped(List<WaitingLeaf> group)
    {
        stopReader ??= database.OpenWatch() ?? throw new InvalidOperationException("Only SQLite has journals.");
        stops = await TenantStops.Read(stopReader);
        group.RemoveAll(leaf =>
        {
            if (stops.RefusalOf(leaf.Tenant) is not { } refusal) return false;
            report.Refused(refusal.Code, writes: 1);
            leaf.Refuse(refusal);
            return true;
        });
    }

    private void FoldNow()
    {
        Volatile.Write(ref foldIsDue, 0);
        fold();
    }

    /// <summary>The segment for the next records; null where the logs take nothing.</summary>
    private JournalSegment? Next()
    {
        if (active is not null && active.Length < JournalSegment.Reserved) return active;
        if (segments.Find(segment => segment.IsFree) is { } free)
        {
            free.BeginAnew();
            return active = free;
        }

        if (segments.Count == MostSegments) return null;
        active = folder.Create();
        segments.Add(active);
        return active;
    }

    private void Refuse(List<WaitingLeaf> group, Refusal refusal)
    {
        report.Refused(refusal.Code, group.Count);
        foreach (var leaf in group) leaf.Refuse(refusal);
    }
}
