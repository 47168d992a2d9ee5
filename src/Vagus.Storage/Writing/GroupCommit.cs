using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

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

    internal GroupCommit(
        Database database, StorageOptions options, LogSignal signal, StorageFailure failure, TimeProvider clock, LaneReport report,
        LeafLog? leafLog)
    {
        this.failure = failure;
        if (leafLog is not null) database.SetLeafTables(leafLog.TablePrefix);
        var count = database.Engine == Engine.Sqlite ? 1 : options.PostgresLanes;
        lanes = [.. Enumerable.Range(0, count).Select(_ => new WriteLane(database, options, signal, failure, clock, report, leafLog))];
    }

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
    /// Adds an entry to the tenant's <see cref="LeafLog"/> by itself and answers after the commit: null, or why it is not there. Thousands
    /// share a commit, and none takes a savepoint or the head of the tenant's log. It cannot be cancelled.
    /// </summary>
    public Task<Refusal?> AddLeaf(TenantId tenant, byte[] leaf)
    {
        if (failure.HasFailed) return Task.FromResult<Refusal?>(WriteRefused.Failed);
        var waiting = new WaitingLeaf(tenant, leaf);
        if (!LaneOf(tenant).TryEnqueue(waiting, out var refusal)) waiting.Refuse(refusal!);
        return waiting.Answer;
    }

    /// <summary>How many writes wait in each lane.</summary>
    internal IEnumerable<int> Depths => lanes.Select(lane => lane.Depth);

    public async ValueTask DisposeAsync()
    {
        foreach (var lane in lanes) await lane.DisposeAsync();
    }

    private WriteLane LaneOf(TenantId tenant) =>
        lanes[(int)((uint)string.GetHashCode(tenant.Value, StringComparison.Ordinal) % (uint)lanes.Length)];
}
