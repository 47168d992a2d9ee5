using System.Data.Common;
using System.Threading.Channels;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing.Journal;

namespace Vagus.Storage.Writing;

/// <summary>
/// One connection that writes, and the queue before it. A single loop takes what waits, runs each write in a savepoint, commits once,
/// raises the signal, answers. See the README for what happens when something fails where.
/// </summary>
internal sealed class WriteLane : IAsyncDisposable
{
    private readonly Channel<WaitingWrite> waiting;
    private readonly LaneTools tools;
    private readonly UnfoldedLeaves unfolded;
    private readonly Task loop;
    private SqlSession? session;

    /// <param name="tools">What all lanes share.</param>
    /// <param name="unfolded">Leaves that a journal holds: each group takes them along.</param>
    public WriteLane(LaneTools tools, UnfoldedLeaves unfolded)
    {
        (this.tools, this.unfolded) = (tools, unfolded);
        waiting = Channel.CreateBounded<WaitingWrite>(new BoundedChannelOptions(tools.Options.WritesWaiting) { SingleReader = true });
        loop = Task.Run(TakeTurns);
    }

    /// <summary>How many writes wait.</summary>
    public int Depth => waiting.Reader.Count;

    public bool TryEnqueue(WaitingWrite write, out Refusal? refusal)
    {
        refusal = null;
        if (waiting.Writer.TryWrite(write)) return true;
        refusal = loop.IsCompleted || waiting.Reader.Completion.IsCompleted ? WriteRefused.Stopping : WriteRefused.Full;
        tools.Report.Refused(refusal.Code, writes: 1);
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
                await QueuedWork.LetOthersArrive(waiting.Reader, tools.Options.WritesPerCommit);
                Gather(group);
                if (tools.Failure.HasFailed) Refuse(group, WriteRefused.Failed);
                else await Commit(group);
            }
        }
        catch (Exception cause)
        {
            End(group, cause);
        }
    }

    /// <summary>What waits, up to the limits: leaves cost next to nothing, so they do not take the places of the writes.</summary>
    private void Gather(List<WaitingWrite> group)
    {
        group.Clear();
        var writes = 0;
        while (writes < tools.Options.WritesPerCommit && group.Count < tools.Options.WritesWaiting && waiting.Reader.TryRead(out var next))
        {
            group.Add(next);
            if (next is not (WaitingLeaf or WaitingFold)) writes++;
        }
    }

    /// <summary>The lane cannot go on: the process ends, and every write that waits is answered before it does.</summary>
    private void End(List<WaitingWrite> group, Exception cause)
    {
        tools.Failure.Report(cause);
        Refuse(group, WriteRefused.Failed);
        waiting.Writer.TryComplete();
        while (waiting.Reader.TryRead(out var next)) next.Refuse(WriteRefused.Failed);
        tools.Report.LaneEnded(cause);
    }

    private async Task Commit(List<WaitingWrite> group)
    {
        using var span = WriteSpans.BeginCommit(group);
        var started = tools.Clock.GetTimestamp();
        if (group.Exists(write => write is WaitingFold { TriesHeldBack: true }))
        {
            foreach (var tenant in unfolded.HeldBack) await Commit([], tenant, started, oneByOne: true);
        }

        var ended = await Commit(group, only: null, started, oneByOne: group.Count == 1);
        if (ended == GroupOutcome.RunAgain) ended = await Commit(group, only: null, started, oneByOne: true);
        if (ended == GroupOutcome.StoodStill) await CommitEach(group, started);
        if (ended == GroupOutcome.RunAgain) await CommitByTenant(group, started);
    }

    private async Task CommitByTenant(List<WaitingWrite> group, long started)
    {
        foreach (var tenant in group.Select(write => write.Tenant).Concat(unfolded.Tenants).Distinct().ToList())
        {
            var own = group.FindAll(write => write.Tenant == tenant);
            if (await Commit(own, tenant, started, oneByOne: true) == GroupOutcome.StoodStill) await CommitEach(own, started);
        }
    }

    /// <summary>
    /// Each write in a transaction of its own: one that is slow by itself holds up no other. The one that took longest goes last.
    /// </summary>
    private async Task CommitEach(List<WaitingWrite> group, long started)
    {
        await CommitByTenant(group.FindAll(write => write is WaitingLeaf or WaitingFold), started);
        var writes = group.FindAll(write => write is not (WaitingLeaf or WaitingFold));
        var slowest = writes.MaxBy(write => write.Took);
        foreach (var write in writes.OrderBy(write => write == slowest))
            await Commit([write], write.Tenant, started, oneByOne: true);
    }

    /// <summary>
    /// Runs again where a failure could not be told to be of one write: one by one, and then a tenant at a time. Stood still where nothing
    /// came for so long that PostgreSQL took the transaction back. Nothing was written in either case.
    /// </summary>
    private async Task<GroupOutcome> Commit(List<WaitingWrite> group, TenantId? only, long started, bool oneByOne)
    {
        var folding = unfolded.Take([.. group.Select(write => write.Tenant)], only);
        WriteGroup? shared = null;
        var onlyLeaves = group.TrueForAll(write => write is WaitingLeaf or WaitingFold);
        var (committing, committed) = (false, false);
        try
        {
            var (current, stops) = await Begun();
            RefuseStopped(group, stops);
            shared = new WriteGroup(current, oneByOne, tools.LeafLog, await JournalMarks.Missing(current, folding), stops);
            var at = QueuedWork.WholeMillisecond(tools.Clock.GetUtcNow());
            var kept = await RunAll(shared, group, at);
            // What a write that was alone has done before it was refused goes with the transaction, and so do the leaves, until the next.
            var isWorth = kept > 0 || (group.Count == 0 && folding.Count > 0);
            if (isWorth) await shared.SendRows(at);
            committing = isWorth;
            if (committing && !onlyLeaves) tools.Database.BeginCommit();
            if (committing) await shared.Heads.Commit(shared.Session);
            else await shared.Session.Execute(Rollback, [], CancellationToken.None);
            committed = committing;
        }
        catch (Exception cause)
        {
            // A write that was alone has had its turn: those behind it are not kept waiting again.
            if (LostConnection.StoodStill(cause) && (only is null || (group.Count > 1 && !onlyLeaves)))
            {
                tools.Report.RunAgain(cause);
                await CloseBroken(cause);
                return GroupOutcome.StoodStill;
            }

            if (await MayRunAgain(shared, group, folding, cause)) return GroupOutcome.RunAgain;
            await FailGroup(group, folding, cause, committing);
            return GroupOutcome.Done;
        }
        finally
        {
            if (!committed) unfolded.GiveBack(folding);
        }

        if (committed) unfolded.Folded(folding, shared.Leaves.Tenants);
        tools.Database.EndCommit(onlyLeaves);
        tools.Report.Committed(group.Count, tools.Clock.GetElapsedTime(started));
        foreach (var (tenant, position) in shared.Heads.Moved) tools.Signal.Raise(tenant, position);
        Answer(group);
        tools.Database.Watch(shared.Session);
        return GroupOutcome.Done;
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

    private async Task<int> RunAll(WriteGroup shared, List<WaitingWrite> group, DateTimeOffset at)
    {
        var kept = 0;
        // Every process locks the heads of a group in the same order; otherwise two of them could wait for each other's tenants in a
        // circle.
        foreach (var write in group.OrderBy(write => write.Tenant.Value, StringComparer.Ordinal))
            kept += await RunOne(shared, write, at, alone: group.Count == 1) ? 1 : 0;
        return kept;
    }

    private async ValueTask<bool> MayRunAgain(
        WriteGroup? shared, List<WaitingWrite> group, List<UnfoldedLeaf> folding, Exception cause)
    {
        if (shared is not { IsShared: true } || EngineFaults.IsFatal(cause) || LostConnection.Is(cause)) return false;
        // The last entries of a log that another hand has changed find no place: only its own tenant has to do without.
        var tenants = group.Where(write => write is not WaitingFold).Select(write => write.Tenant)
            .Concat(folding.Select(leaf => leaf.Tenant));
        if ((shared.OneByOne || cause is not DbException) && tenants.Distinct().Take(2).Count() < 2) return false;
        tools.Report.RunAgain(cause);
        await shared.Session.Execute(Rollback, [], CancellationToken.None);
        shared.Session.Memory.Clear();
        return true;
    }

    /// <summary>
    /// The lane's connection, in a new transaction. One that was lost while the lane had nothing to do is opened anew: nothing was
    /// written yet.
    /// </summary>
    private async Task<(SqlSession Session, TenantStops Stops)> Begun()
    {
        if (session is { } kept)
        {
            try
            {
                return (kept, await TenantStops.Begin(kept));
            }
            catch (Exception cause) when (LostConnection.Is(cause))
            {
                session = null;
                await Close(kept, cause);
            }
        }

        session = await tools.Database.OpenWriter(CancellationToken.None);
        return (session, await TenantStops.Begin(session));
    }

    /// <summary>Writes and leaves of tenants that are moved to another database leave the group.</summary>
    private void RefuseStopped(List<WaitingWrite> group, TenantStops stops) => group.RemoveAll(write =>
    {
        if (write is WaitingFold || stops.RefusalOf(write.Tenant) is not { } refusal) return false;
        tools.Report.Refused(refusal.Code, writes: 1);
        write.Refuse(refusal);
        return true;
    });

    /// <summary>Runs one write in its savepoint. A write that is alone in its group needs none: the whole transaction is its own.</summary>
    private async Task<bool> RunOne(WriteGroup shared, WaitingWrite write, DateTimeOffset at, bool alone)
    {
        if (write is WaitingFold) return true;
        if (write is WaitingLeaf leaf)
        {
            shared.Leaves.Add(leaf.Tenant, new Leaf(leaf.Body));
            return true;
        }

        shared.Heads.Mark();
        shared.Rows.Mark();
        shared.Leaves.Mark(write.Tenant);
        var transaction = new WriteTransaction(shared, write.Tenant, at, amongOthers: !alone);
        var keep = false;
        var began = tools.Clock.GetTimestamp();
        try
        {
            keep = await write.Run(transaction);
        }
        catch (Exception cause) when (IsItsOwn(shared, cause))
        {
            // A statement that failed is this write's own affair; a connection that is lost or does not answer is the whole group's.
            write.Fail(cause);
        }
        finally
        {
            write.Took = tools.Clock.GetElapsedTime(began);
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

    private async Task FailGroup(List<WaitingWrite> group, List<UnfoldedLeaf> folding, Exception cause, bool committing)
    {
        tools.Database.EndCommit(onlyLeaves: false);
        await CloseBroken(cause);
        if (EngineFaults.IsFatal(cause) || (committing && !LostConnection.Is(cause)))
        {
            tools.Failure.Report(cause);
            tools.Report.StorageFailed(cause);
            Refuse(group, WriteRefused.Failed);
            return;
        }

        if (!LostConnection.Is(cause) && !EngineFaults.IsBusy(cause)) HoldBack(group, folding);
        tools.Report.GroupLost(group.Count, cause);
        if (committing && !LostConnection.StoodStill(cause)) Refuse(group, WriteRefused.Unknown);
        else Refuse(group, LostConnection.Is(cause) ? WriteRefused.Unreachable : WriteRefused.Unrecorded);
    }

    /// <summary>Until a group of the tenant commits its leaves are acknowledged by groups only, which may fail.</summary>
    private void HoldBack(List<WaitingWrite> group, List<UnfoldedLeaf> folding)
    {
        var tenants = group.Where(write => write is not WaitingFold).Select(write => write.Tenant);
        foreach (var tenant in tenants.Concat(folding.Select(leaf => leaf.Tenant)).Distinct().ToList())
        {
            if (unfolded.HoldBack(tenant)) tools.Report.HeldBack(tenant, folding.Count(leaf => leaf.Tenant == tenant));
        }
    }

    private async Task CloseBroken(Exception cause)
    {
        var broken = session;
        session = null;
        if (broken is not null) await Close(broken, cause);
    }

    /// <summary>
    /// A connection that is lost anyway may fail to close. Any other that does may still hold a lock: the lane ends with it.
    /// </summary>
    private async Task Close(SqlSession broken, Exception cause)
    {
        try
        {
            if (LostConnection.IsReadOnly(cause)) await tools.Database.ForgetConnections();
            await broken.DisposeAsync();
        }
        catch (Exception closing) when (LostConnection.Is(cause))
        {
            tools.Report.NotClosed(closing);
        }
    }

    private void Refuse(List<WaitingWrite> group, Refusal refusal)
    {
        tools.Report.Refused(refusal.Code, group.Count);
        foreach (var write in group) write.Refuse(refusal);
    }

    private enum GroupOutcome
    {
        /// <summary>Every write is answered.</summary>
        Done,

        RunAgain,

        StoodStill,
    }

    private static readonly Statement Rollback = new("rollback");
}
