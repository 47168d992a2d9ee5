using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Subscribing;

/// <summary>Forgets the numbers of events that are a month old, as long as the log is kept, and what deleted subscriptions left.</summary>
internal sealed class SweepSubscriptions(Database database, GroupCommit commit, TimeProvider clock) : LeasedDuty
{
    private const long AtOnce = 5_000;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public override string Name => "subscription-sweep";

    public override TimeSpan Interval => TimeSpan.FromMinutes(10);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        var before = (clock.GetUtcNow() - Kept).ToMicroseconds();
        // Batch after batch, as long as one removes something: where nothing is written, the next turn tries again.
        while (await ForgetEvents(before, cancel) > 0) continue;
        while (await ForgetDeleted(before, cancel) > 0) continue;
        await ForgetFormer(before, cancel);
    }

    private async ValueTask ForgetFormer(long before, CancellationToken cancel)
    {
        foreach (var tenant in await database.Query(FormerTables.OldTenants, [before], row => row.GetString(0), cancel))
        {
            await Run(tenant, FormerTables.Forget, [tenant, before], cancel);
            await Run(tenant, FormerTables.ForgetTopics, [tenant, before], cancel);
        }
    }

    private async ValueTask<long> ForgetEvents(long before, CancellationToken cancel)
    {
        var old = await database.Query(
            SubscriptionTables.OldEvents, [before, AtOnce],
            row => (Tenant: row.GetString(0), Id: row.GetString(1), Number: row.GetInt64(2)), cancel);
        var removed = 0L;
        foreach (var each in old)
            removed += await Run(each.Tenant, SubscriptionTables.ForgetEvents, [each.Tenant, each.Id, each.Number], cancel);
        return removed;
    }

    private async ValueTask<long> ForgetDeleted(long before, CancellationToken cancel)
    {
        var deleted = await database.Query(
            SubscriptionTables.OldDeleted, [before, AtOnce], row => (Tenant: row.GetString(0), Id: row.GetString(1)), cancel);
        var removed = 0L;
        foreach (var each in deleted) removed += await Run(each.Tenant, SubscriptionTables.Forget, [each.Tenant, each.Id], cancel);
        return removed;
    }

    /// <summary>How many rows it removed; 0 where the tenant's rows are not written now.</summary>
    private async ValueTask<int> Run(string tenant, Statement statement, object?[] values, CancellationToken cancel)
    {
        var removed = await commit.Write<int>(
            new TenantId(tenant), async (write, stop) => await write.Execute(statement, values, stop), cancel);
        return removed.IsRefused ? 0 : removed.Value;
    }
}
