using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Charts;

/// <summary>How far a rebuild has come: positions of the log that are in the new charts, of those that have to be.</summary>
public readonly record struct ChartProgress(long Position, long Of, bool IsServed);

/// <summary>
/// Builds a tenant's charts anew while the old ones are served, a part of the log in each write, from the versions of the records and the
/// events that the charts keep. When the new set has come to where the live one stands, it takes its place in one write. A rebuild that
/// was broken off goes on where it was.
/// </summary>
public sealed class RebuildCharts
{
    private const int PositionsPerWrite = 500;
    private const int RowsPerWrite = 2_000;
    private readonly Database database;
    private readonly GroupCommit commit;
    private readonly ChartWriter writer;

    internal RebuildCharts(Database database, GroupCommit commit, ChartWriter writer) =>
        (this.database, this.commit, this.writer) = (database, commit, writer);

    /// <summary>The tenants that have charts, or a log to make them of.</summary>
    public ValueTask<List<TenantId>> Tenants(CancellationToken cancel) =>
        database.Query(AllTenants, [], row => new TenantId(row.GetString(0)), cancel);

    /// <summary>Begins a rebuild, or goes on with the one that was broken off.</summary>
    public async ValueTask<Refusal?> Begin(TenantId tenant, CancellationToken cancel)
    {
        var begun = await commit.Write<bool>(
            tenant,
            async (write, stop) =>
            {
                if (await ChartSet.Building(write, tenant, stop) is null) await ChartSet.Create(write, serving: false, stop);
                return true;
            },
            cancel);
        return begun.Refusal;
    }

    /// <summary>One part. Null when nothing is being built.</summary>
    public async ValueTask<Result<ChartProgress?>> Step(TenantId tenant, CancellationToken cancel) =>
        await commit.Write<ChartProgress?>(tenant, Step, cancel);

    /// <summary>Removes a part of what was replaced. False when nothing is left to remove.</summary>
    public async ValueTask<Result<bool>> Sweep(TenantId tenant, CancellationToken cancel)
    {
        if (await ChartSet.ToRemove(database, tenant, cancel) is not [var oldest, ..]) return false;
        return await commit.Write<bool>(
            tenant,
            async (write, stop) =>
            {
                await oldest.RemoveSome(write, RowsPerWrite, stop);
                return true;
            },
            cancel);
    }

    /// <summary>The tenants with a set that is being built, or was replaced and is to be removed.</summary>
    internal ValueTask<List<TenantId>> Unfinished(CancellationToken cancel) => ChartSet.Unfinished(database, cancel);

    private async ValueTask<Result<ChartProgress?>> Step(WriteTransaction write, CancellationToken cancel)
    {
        if (await ChartSet.Building(write, write.Tenant, cancel) is null) return (ChartProgress?)null;
        // The consumer's cursor stays where it is until this write ends: the consumer moves it first, and waits here.
        var cursor = await write.QueryOne(LockCursor, [write.Tenant.Value, KeepCharts.ConsumerName], row => (long?)row.GetInt64(0), cancel);
        if (cursor is not { } live) return NotBegun;
        // Read under the lock: two that build the same set take turns.
        if (await ChartSet.Building(write, write.Tenant, cancel) is not { } set) return (ChartProgress?)null;
        var to = Math.Min(set.Position + PositionsPerWrite, live);
        if (to > set.Position)
        {
            await Apply(write, set, set.Position + 1, to, cancel);
            if (!await set.Move(write, to, cancel)) throw new InvalidOperationException("The set of charts is built by two writes at once.");
        }

        if (to < live) return (ChartProgress?)new ChartProgress(to, live, IsServed: false);
        await set.Serve(write, cancel);
        return (ChartProgress?)new ChartProgress(live, live, IsServed: true);
    }

    private static readonly Refusal NotBegun = new(
        RefusalKind.Unavailable, "charts_not_begun", "No server has read the organization's log yet. Start one, and try again.");

    private async ValueTask Apply(WriteTransaction write, ChartSet set, long first, long last, CancellationToken cancel)
    {
        var versions = new Queue<RecordVersion>(await RecordVersions.Between(write, write.Tenant, first, last, cancel));
        var events = new Queue<JournalEvent>(await JournalEvent.Between(write, first, last, cancel));
        while (versions.Count > 0 || events.Count > 0)
        {
            var nextIsVersion = versions.Count > 0 && (events.Count == 0 || versions.Peek().Position < events.Peek().Position);
            if (nextIsVersion) await writer.Apply(write, set, versions.Dequeue(), cancel);
            else await ChartWriter.Apply(write, set, events.Dequeue(), cancel);
        }
    }

    private static readonly Statement LockCursor = new(
        sqlite: """
            select position
            from log_cursor
            where tenant_id = @tenant_id
              and consumer = @consumer
            """,
        postgres: """
            select position
            from log_cursor
            where tenant_id = @tenant_id
              and consumer = @consumer
            for update
            """);

    private static readonly Statement AllTenants = new("""
        select tenant_id
        from log_head
        order by tenant_id
        """);
}
