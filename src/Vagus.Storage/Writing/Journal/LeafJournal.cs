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

    // Bytes. From SwitchAt on records go into the other segment, if that is free. At LargestSegment leaves are refused: the logs have taken
    // nothing for long.
    private const long SwitchAt = JournalSegment.Reserved;
    private const long LargestSegment = 256 << 20;

    private readonly Channel<WaitingLeaf> waiting;
    private readonly UnfoldedLeaves unfolded;
    private readonly JournalFolder folder;
    private readonly StorageFailure failure;
    private readonly TimeProvider clock;
    private readonly LaneReport report;
    private readonly int mostWaiting;
    private readonly Action fold;
    private readonly Timer due;
    private readonly Task loop;
    private string name = "";
    private JournalSegment? active;
    private JournalSegment? other;
    private long number;
    private int foldIsDue;

    /// <param name="folder">Where the journals of all processes lie.</param>
    /// <param name="unfolded">What the lane takes into the logs.</param>
    /// <param name="tools">What it shares with the lane.</param>
    /// <param name="fold">Asks the lane for a group.</param>
    public LeafJournal(JournalFolder folder, UnfoldedLeaves unfolded, LaneTools tools, Action fold)
    {
        (this.folder, this.unfolded, this.fold) = (folder, unfolded, fold);
        (failure, clock, report, mostWaiting) = (tools.Failure, tools.Clock, tools.Report, tools.Options.WritesWaiting);
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
        if (active is null || other is null) return;
        var isDone = active.IsFree && other.IsFree;
        // That with the lock goes last: as long as it is there, another process finds the journal.
        foreach (var segment in new[] { active, other }.OrderByDescending(segment => segment.Path, StringComparer.Ordinal))
        {
            if (isDone) File.Delete(segment.Path);
            segment.Dispose();
        }
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
                else Keep(group);
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

    private void Keep(List<WaitingLeaf> group)
    {
        var started = clock.GetTimestamp();
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
            var record = new JournalRecord(++number, at, leaf.Tenant, leaf.Body);
            record.WriteTo(records);
            leaves.Add(new UnfoldedLeaf(name, record, segment));
        }

        segment.Add(records.WrittenSpan, leaves.Count);
        unfolded.Add(leaves);
        report.Committed(group.Count, clock.GetElapsedTime(started));
        if (Interlocked.Exchange(ref foldIsDue, 1) == 0) due.Change(Longest, Timeout.InfiniteTimeSpan);
        LeafAnswers.Tell([.. group]);
    }

    private void FoldNow()
    {
        Volatile.Write(ref foldIsDue, 0);
        fold();
    }

    /// <summary>The segment for the next records; null where the logs have taken nothing for long.</summary>
    private JournalSegment? Next()
    {
        if (active is null || other is null) (name, active, other) = folder.Create();
        if (active.Length < SwitchAt) return active;
        if (active.IsFree || other.IsFree)
        {
            if (!active.IsFree) (active, other) = (other, active);
            active.BeginAnew();
            return active;
        }

        return active.Length < LargestSegment ? active : null;
    }

    private void Refuse(List<WaitingLeaf> group, Refusal refusal)
    {
        report.Refused(refusal.Code, group.Count);
        foreach (var leaf in group) leaf.Refuse(refusal);
    }
}
