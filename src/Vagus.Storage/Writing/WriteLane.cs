using System.Data.Common;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Writing;

/// <summary>
/// One connection that writes, and the queue before it. A single loop takes what waits, runs each write in a savepoint, commits once,
/// raises the signal, answers. See the README for what happens when something fails where.
/// </summary>
internal sealed partial class WriteLane : IAsyncDisposable
{
    private readonly Channel<WaitingWrite> waiting;
    private readonly Database database;
    private readonly StorageOptions options;
    private readonly LogSignal signal;
    private readonly StorageFailure failure;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Task loop;
    private SqlSession? session;

    public WriteLane(
        Database database, StorageOptions options, LogSignal signal, StorageFailure failure, TimeProvider clock, ILogger logger)
    {
        (this.database, this.options, this.signal) = (database, options, signal);
        (this.failure, this.clock, this.logger) = (failure, clock, logger);
        waiting = Channel.CreateBounded<WaitingWrite>(new BoundedChannelOptions(options.WritesWaiting) { SingleReader = true });
        loop = Task.Run(TakeTurns);
    }

    public bool TryEnqueue(WaitingWrite write, out Refusal? refusal)
    {
        refusal = null;
        if (waiting.Writer.TryWrite(write)) return true;
        refusal = loop.IsCompleted || waiting.Reader.Completion.IsCompleted ? WriteRefused.Stopping : WriteRefused.Full;
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
                group.Clear();
                while (group.Count < options.WritesPerCommit && waiting.Reader.TryRead(out var next)) group.Add(next);
                if (failure.HasFailed) Refuse(group, WriteRefused.Failed);
                else await Commit(group);
            }
        }
        catch (Exception cause)
        {
            End(group, cause);
        }
    }

    /// <summary>The lane cannot go on: the process ends, and every write that waits is answered before it does.</summary>
    private void End(List<WaitingWrite> group, Exception cause)
    {
        failure.Report(cause);
        Refuse(group, WriteRefused.Failed);
        waiting.Writer.TryComplete();
        while (waiting.Reader.TryRead(out var next)) next.Refuse(WriteRefused.Failed);
        Log.LaneEnded(logger, cause.GetType().Name, EngineFaults.CodeOf(cause), cause.StackTrace ?? "");
    }

    private async Task Commit(List<WaitingWrite> group)
    {
        var alone = group.Count == 1;
        if (!await Commit(group, oneByOne: alone)) await Commit(group, oneByOne: true);
    }

    /// <summary>
    /// False when a failure could not be told to be of one write: nothing was written, and the group runs again one by one.
    /// </summary>
    private async Task<bool> Commit(List<WaitingWrite> group, bool oneByOne)
    {
        WriteGroup? shared = null;
        var committing = false;
        try
        {
            session ??= await database.OpenWriter(CancellationToken.None);
            await session.Execute(Begin, [], CancellationToken.None);
            shared = new WriteGroup(session, oneByOne);
            var kept = await RunAll(shared, group);
            if (kept > 0) await shared.SendRows();
            committing = kept > 0;
            if (committing) await shared.Heads.Commit(session);
            else await session.Execute(Rollback, [], CancellationToken.None);
        }
        catch (Exception cause)
        {
            if (await MayRunAgain(shared, cause)) return false;
            await FailGroup(group, cause, committing);
            return true;
        }

        foreach (var (tenant, position) in shared.Heads.Moved) signal.Raise(tenant, position);
        foreach (var write in group) write.AnswerKept();
        return true;
    }

    private async Task<int> RunAll(WriteGroup shared, List<WaitingWrite> group)
    {
        var at = WholeMillisecond(clock.GetUtcNow());
        var kept = 0;
        // Every process locks the heads of a group in the same order; otherwise two of them could wait for each other's tenants in a
        // circle.
        foreach (var write in group.OrderBy(write => write.Tenant.Value, StringComparer.Ordinal))
            kept += await RunOne(shared, write, at, alone: group.Count == 1) ? 1 : 0;
        return kept;
    }

    private async ValueTask<bool> MayRunAgain(WriteGroup? shared, Exception cause)
    {
        if (shared is not { OneByOne: false, IsShared: true }) return false;
        if (cause is not DbException || EngineFaults.IsFatal(cause) || EngineFaults.IsLostConnection(cause)) return false;
        Log.RunAgain(logger, cause.GetType().Name, EngineFaults.CodeOf(cause));
        await shared.Session.Execute(Rollback, [], CancellationToken.None);
        shared.Session.Memory.Clear();
        return true;
    }

    /// <summary>Runs one write in its savepoint. A write that is alone in its group needs none: the whole transaction is its own.</summary>
    private static async Task<bool> RunOne(WriteGroup shared, WaitingWrite write, DateTimeOffset at, bool alone)
    {
        shared.Heads.Mark();
        shared.Rows.Mark();
        var transaction = new WriteTransaction(shared, write.Tenant, at, amongOthers: !alone);
        var keep = false;
        try
        {
            keep = await write.Run(transaction);
        }
        catch (Exception cause) when (!EngineFaults.IsFatal(cause) && !(shared.IsShared && cause is DbException))
        {
            write.Fail(cause);
        }

        if (keep) return true;
        shared.Heads.Undo();
        shared.Rows.Undo();
        if (!transaction.HasSavepoint) return false;
        await shared.Session.Execute(Savepoint.RollbackTo, [], CancellationToken.None);
        await shared.Session.Execute(Savepoint.Release, [], CancellationToken.None);
        return false;
    }

    private async Task FailGroup(List<WaitingWrite> group, Exception cause, bool committing)
    {
        var broken = session;
        session = null;
        if (broken is not null) await Close(broken, cause);
        if (EngineFaults.IsFatal(cause) || (committing && !EngineFaults.IsLostConnection(cause)))
        {
            failure.Report(cause);
            Log.StorageFailed(logger, cause.GetType().Name, EngineFaults.CodeOf(cause));
            Refuse(group, WriteRefused.Failed);
            return;
        }

        Log.GroupLost(logger, group.Count, cause.GetType().Name, EngineFaults.CodeOf(cause));
        Refuse(group, committing ? WriteRefused.Unknown : WriteRefused.Unreachable);
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
        catch (Exception closing) when (EngineFaults.IsLostConnection(cause))
        {
            Log.NotClosed(logger, closing.GetType().Name, EngineFaults.CodeOf(closing));
        }
    }

    private static void Refuse(List<WaitingWrite> group, Refusal refusal)
    {
        foreach (var write in group) write.Refuse(refusal);
    }

    // FHIR instants carry milliseconds; what is stored must equal what is served.
    private static DateTimeOffset WholeMillisecond(DateTimeOffset now) => now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));

    private static readonly Statement Begin = new(sqlite: "begin immediate", postgres: "begin");

    private static readonly Statement Rollback = new("rollback");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Critical, "Storage failed at a commit ({Cause} {Code}); no write is acknowledged any more")]
        public static partial void StorageFailed(ILogger logger, string cause, string code);

        [LoggerMessage(2, LogLevel.Error, "A group of {Count} writes was lost with its connection ({Cause} {Code})")]
        public static partial void GroupLost(ILogger logger, int count, string cause, string code);

        [LoggerMessage(3, LogLevel.Critical, "A write lane ended ({Cause} {Code}); no write is acknowledged any more. {Place}")]
        public static partial void LaneEnded(ILogger logger, string cause, string code, string place);

        [LoggerMessage(5, LogLevel.Warning, "A statement of a group of writes failed ({Cause} {Code}); they run again one by one")]
        public static partial void RunAgain(ILogger logger, string cause, string code);

        [LoggerMessage(4, LogLevel.Warning, "A lost connection could not be closed ({Cause} {Code})")]
        public static partial void NotClosed(ILogger logger, string cause, string code);
    }
}
