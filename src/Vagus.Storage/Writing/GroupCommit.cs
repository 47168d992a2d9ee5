using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing.Journal;

namespace Vagus.Storage.Writing;

/// <summary>
/// The only way to write. Writes that wait at the same moment share one transaction, each in its own savepoint, and are all answered after
/// the one commit: the disk is flushed once for the group. SQLite has one lane; PostgreSQL has several, and a tenant always uses the same
/// one.
/// </summary>
public sealed class GroupCommit : IAsyncDisposable
{
    private readonly WriteLane[] lanes;
    private readonly StorageFailure failure;
    private readonly UnfoldedLeaves unfolded = new();
    private readonly LeafJournal? journal;

    /// <param name="tools">What the lanes share.</param>
    /// <param name="folder">Where journals of leaves lie.</param>
    internal GroupCommit(LaneTools tools, JournalFolder folder)
    {
        failure = tools.Failure;
        var isSqlite = tools.Database.Engine == Engine.Sqlite;
        lanes = [.. Enumerable.Range(0, isSqlite ? 1 : tools.Options.PostgresLanes).Select(_ => new WriteLane(tools, unfolded))];
        if (tools.LeafLog is null) return;
        if (isSqlite) journal = new LeafJournal(folder, unfolded, tools, () => lanes[0].TryEnqueue(new WaitingFold(), out _));
        tools.Database.SetLeafTables(tools.LeafLog.TablePrefix, () => Fold(triesHeldBack: false));
    }

    /// <summary>What journals hold and the logs do not; null where there are none: PostgreSQL takes leaves into the logs at once.</summary>
    internal UnfoldedLeaves? Unfolded => journal is null ? null : unfolded;

    /// <summary>
    /// Runs the work in a transaction of the tenant and answers after the commit. A refusal or an exception undoes what this work wrote
    /// and nothing else. The work may not wait for anything but its own transaction: others wait behind it.
    /// </summary>
    public ValueTask<Result<T>> Write<T>(
        TenantId tenant, Func<WriteTransaction, CancellationToken, ValueTask<Result<T>>> work, CancellationToken cancel)
    {
        if (failure.HasFailed) return ValueTask.FromResult<Result<T>>(WriteRefused.Failed);
        var waiting = new WaitingWrite<T>(tenant, work, cancel);
        if (!LaneOf(tenant).TryEnqueue(waiting, out var refusal)) waiting.Refuse(refusal!);
        return new ValueTask<Result<T>>(waiting.Answer);
    }

    /// <summary>
    /// Adds an entry to the tenant's <see cref="LeafLog"/> by itself and answers once it is on the disk: null, or why it is not. On SQLite
    /// that is the flush of a journal, on PostgreSQL the commit; thousands share one. It cannot be cancelled.
    /// </summary>
    public Task<Refusal?> AddLeaf(TenantId tenant, byte[] leaf)
    {
        if (failure.HasFailed) return Task.FromResult<Refusal?>(WriteRefused.Failed);
        var waiting = new WaitingLeaf(tenant, leaf);
        // While a log takes no leaves, each goes through the lane: the journal would acknowledge what the log may never take.
        var isTaken = journal is not null && !unfolded.IsHeldBack(tenant)
            ? journal.TryEnqueue(waiting, out var refusal) : LaneOf(tenant).TryEnqueue(waiting, out refusal);
        if (!isTaken) waiting.Refuse(refusal!);
        return waiting.Answer;
    }

    /// <summary>Puts into the logs what is acknowledged and lies in a journal. Done when it is there, or the lane takes nothing.</summary>
    /// <param name="triesHeldBack">Also leaves of tenants whose logs took none before.</param>
    internal async ValueTask Fold(bool triesHeldBack)
    {
        if (unfolded.IsEmpty) return;
        var waiting = new WaitingFold(triesHeldBack);
        if (lanes[0].TryEnqueue(waiting, out _)) await waiting.Done;
    }

    /// <summary>How many writes wait in each lane.</summary>
    internal IEnumerable<int> Depths => lanes.Select(lane => lane.Depth + (journal?.Depth ?? 0));

    public async ValueTask DisposeAsync()
    {
        if (journal is not null)
        {
            await journal.Stop();
            await Fold(triesHeldBack: true);
        }

        foreach (var lane in lanes) await lane.DisposeAsync();
        if (journal is not null) await journal.DisposeAsync();
    }

    private WriteLane LaneOf(TenantId tenant) =>
        lanes[(int)((uint)string.GetHashCode(tenant.Value, StringComparison.Ordinal) % (uint)lanes.Length)];
}
