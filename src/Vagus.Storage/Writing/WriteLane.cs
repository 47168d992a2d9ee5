using System.Data.Common;
using System.Threading.Channels;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Writing;

/// <summary>
/// One connection that writes, and the queue before it. A single loop takes what waits, runs each write in a savepoint, commits once,
/// raises the signal, answers. See the README for what happens when something fails where.
/// </summary>
internal sealed class WriteLane : IAsyncDisposable
{
    private readonly Channel<WaitingWrite> waiting;
    private readonly Database database;
    private readonly StorageOptions options;
    private readonly LogSignal signal;
    private readonly StorageFailure failure;
    private readonly TimeProvider clock;
    private readonly LaneReport report;
    private readonly LeafLog? leafLog;
    private readonly Task loop;
    private SqlSession? session;

    public WriteLane(
        Database database, StorageOptions options, LogSignal signal, StorageFailure failure, TimeProvider clock, LaneReport report,
        LeafLog? leafLog)
    {
        (this.database, this.options, this.signal) = (database, options, signal);
        (this.failure, this.clock, this.report) = (failure, clock, report);
        this.leafLog = leafLog;
        waiting = Channel.CreateBounded<WaitingWrite>(new BoundedChannelOptions(options.WritesWaiting) { SingleReader = true });
        loop = Task.Run(TakeTurns);
    }

    /// <summary>How many writes wait.</summary>
    public int Depth => waiting.Reader.Count;

    public bool TryEnqueue(WaitingWrite write, out Refusal? refusal)
    {
        refusal = null;
        if (waiting.Writer.TryWrite(write)) return true;
        refusal = loop.IsCompleted || waiting.Reader.Completion.IsCompleted ? WriteRefused.Stopping : WriteRefused.Full;
        report.Refused(refusal.Code, writes: 1);
        return false;
    }

    /// <summary>Writes that already wait are finished; later ones are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (session is not null) await session.DisposeAsync();
    }

    private async Task TakeTurns()
    {
        var group = new List<WaitingWrite>();
        try
        {
            while (await waiting.Reader.WaitToReadAsync())
            {
                await LetOthersArrive();
                Gather(group);
                if (failure.HasFailed) Refuse(group, WriteRefused.Failed);
                else await Commit(group);
            }
        }
        catch (Exception cause)
        {
            End(group, cause);
        }
    }

    /// <summary>
    /// Goes behind the work that is queued, as long as this brings more writes: those of requests that are about to wait join the group,
    /// and one flush of the disk serves them all. A write that is alone goes on at once.
    /// </summary>
    private async Task LetOthersArrive()
    {
        var before = 0;
        while (waiting.Reader.Count is var now && now > before && now < options.WritesPerCommit)
        {
            before = now;
            await Task.Yield();
        }
    }

    /// <summary>What waits, up to the limits: leaves cost next to nothing, so they do not take the places of the writes.</summary>
    private void Gather(List<WaitingWrite> group)
    {
        group.Clear();
        var writes = 0;
        while (writes < options.WritesPerCommit && group.Count < options.WritesWaiting && waiting.Reader.TryRead(out var next))
        {
            group.Add(next);
            if (next is not WaitingLeaf) writes++;
        }
    }

    /// <summary>The lane cannot go on: the process ends, and every write that waits is answered before it does.</summary>
    private void End(List<WaitingWrite> group, Exception cause)
    {
        failure.Report(cause);
        Refuse(group, WriteRefused.Failed);
        waiting.Writer.TryComplete();
        while (waiting.Reader.TryRead(out var next)) next.Refuse(WriteRefused.Failed);
        report.LaneEnded(cause);
    }

    private async Task Commit(List<WaitingWrite> group)
    {
        using var span = WriteSpans.BeginCommit(group);
        var started = clock.GetTimestamp();
        if (await Commit(group, started, oneByOne: group.Count == 1) || await Commit(group, started, oneByOne: true)) return;
        foreach (var ofOne in group.GroupBy(write => write.Tenant).ToList()) await Commit([.. ofOne], started, oneByOne: true);
    }

    /// <summary>
    /// False when a failure could not be told to be of one write: nothing was written, and the group runs again, one by one and then a
    /// tenant at a time.
    /// </summary>
    private async Task<bool> Commit(List<WaitingWrite> group, long started, bool oneByOne)
    {
        WriteGroup? shared = null;
        var committing = false;
        try
        {
            shared = new WriteGroup(await Begun(), oneByOne, leafLog);
            var at = WholeMillisecond(clock.GetUtcNow());
            var kept = await RunAll(shared, group, at);
            if (kept > 0) await shared.SendRows(at);
            committing = kept > 0;
            if (committing) await shared.Heads.Commit(shared.Session);
            else await shared.Session.Execute(Rollback, [], CancellationToken.None);
        }
        catch (Exception cause)
        {
            if (await MayRunAgain(shared, group, cause)) return false;
            await FailGroup(group, cause, committing);
            return true;
        }

        database.Committed(onlyLeaves: group.TrueForAll(write => write is WaitingLeaf));
        report.Committed(group.Count, clock.GetElapsedTime(started));
        foreach (var (tenant, position) in shared.Heads.Moved) signal.Raise(tenant, position);
        Answer(group);
        database.Watch(shared.Session);
        return true;
    }

    private static void Answer(List<WaitingWrite> group)
    {
        var leaves = new List<WaitingLeaf>();
        foreach (var write in group)
        {
            if (write is WaitingLeaf leaf) leaves.Add(leaf);
            else write.AnswerKept();
        }

        LeafAnswers.Tell(leaves);
    }

    private static async Task<int> RunAll(WriteGroup shared, List<WaitingWrite> group, DateTimeOffset at)
    {
        var kept = 0;
        // Every process locks the heads of a group in the same order; otherwise two of them could wait for each other's tenants in a
        // circle.
        foreach (var write in group.OrderBy(write => write.Tenant.Value, StringComparer.Ordinal))
            kept += await RunOne(shared, write, at, alone: group.Count == 1) ? 1 : 0;
        return kept;
    }

    private async ValueTask<bool> MayRunAgain(WriteGroup? shared, List<WaitingWrite> group, Exception cause)
    {
        if (shared is not { IsShared: true } || EngineFaults.IsFatal(cause) || LostConnection.Is(cause)) return false;
        // The last entries of a log that another hand has changed find no place: only its own tenant has to do without.
        if ((shared.OneByOne || cause is not DbException) && group.TrueForAll(write => write.Tenant == group[0].Tenant)) return false;
        report.RunAgain(cause);
        await shared.Session.Execute(Rollback, [], CancellationToken.None);
        shared.Session.Memory.Clear();
        return true;
    }

    /// <summary>
    /// The lane's connection, in a new transaction. One that was lost while the lane had nothing to do is opened anew: nothing was
    /// written yet.
    /// </summary>
    private async Task<SqlSession> Begun()
    {
        if (session is { } kept)
        {
            try
            {
                await kept.Execute(Begin, [], CancellationToken.None);
                return kept;
            }
            catch (Exception cause) when (LostConnection.Is(cause))
            {
                session = null;
                await Close(kept, cause);
            }
        }

        session = await database.OpenWriter(CancellationToken.None);
        await session.Execute(Begin, [], CancellationToken.None);
        return session;
    }

    /// <summary>Runs one write in its savepoint. A write that is alone in its group needs none: the whole transaction is its own.</summary>
    private static async Task<bool> RunOne(WriteGroup shared, WaitingWrite write, DateTimeOffset at, bool alone)
    {
        if (write is WaitingLeaf leaf)
        {
            leaf.AddTo(shared.Leaves);
            return true;
        }

        shared.Heads.Mark();
        shared.Rows.Mark();
        shared.Leaves.Mark(write.Tenant);
        var transaction = new WriteTransaction(shared, write.Tenant, at, amongOthers: !alone);
        var keep = false;
        try
        {
            keep = await write.Run(transaction);
        }
        catch (Exception cause) when (IsItsOwn(shared, cause))
        {
            // A statement that failed is this write's own affair; a connection that is lost or does not answer is the whole group's.
            write.Fail(cause);
        }

        if (keep) return true;
        shared.Heads.Undo();
        shared.Rows.Undo();
        shared.Leaves.Undo();
        if (!transaction.HasSavepoint) return false;
        await shared.Session.Execute(Savepoint.RollbackTo, [], CancellationToken.None);
        await shared.Session.Execute(Savepoint.Release, [], CancellationToken.None);
        return false;
    }

    private static bool IsItsOwn(WriteGroup shared, Exception cause) =>
        !EngineFaults.IsFatal(cause) && !LostConnection.Is(cause) && !(shared.IsShared && cause is DbException);

    private async Task FailGroup(List<WaitingWrite> group, Exception cause, bool committing)
    {
        var broken = session;
        session = null;
        database.Committed(onlyLeaves: false);
        if (broken is not null) await Close(broken, cause);
        if (EngineFaults.IsFatal(cause) || (committing && !LostConnection.Is(cause)))
        {
            failure.Report(cause);
            report.StorageFailed(cause);
            Refuse(group, WriteRefused.Failed);
            return;
        }

        report.GroupLost(group.Count, cause);
        if (committing) Refuse(group, WriteRefused.Unknown);
        else Refuse(group, LostConnection.Is(cause) ? WriteRefused.Unreachable : WriteRefused.Unrecorded);
    }

    /// <summary>
    /// A connection that is lost anyway may fail to close. Any other that does may still hold a lock: the lane ends with it.
    /// </summary>
    private async Task Close(SqlSession broken, Exception cause)
    {
        try
        {
            await broken.DisposeAsync();
        }
        catch (Exception closing) when (LostConnection.Is(cause))
        {
            report.NotClosed(closing);
        }
    }

    private void Refuse(List<WaitingWrite> group, Refusal refusal)
    {
        report.Refused(refusal.Code, group.Count);
        foreach (var write in group) write.Refuse(refusal);
    }

    // FHIR instants carry milliseconds; what is stored must equal what is served.
    private static DateTimeOffset WholeMillisecond(DateTimeOffset now) => now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));

    private static readonly Statement Begin = new(sqlite: "begin immediate", postgres: "begin");

    private static readonly Statement Rollback = new("rollback");
}
