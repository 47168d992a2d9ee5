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
        var old = await database.Query(
            SubscriptionTables.OldEvents, [before, AtOnce],
            row => (Tenant: row.GetString(0), Id: row.GetString(1), Number: row.GetInt64(2)), cancel);
        foreach (var each in old) await Run(each.Tenant, SubscriptionTables.ForgetEvents, [each.Tenant, each.Id, each.Number], cancel);
        var deleted = await database.Query(
            SubscriptionTables.OldDeleted, [before, AtOnce], row => (Tenant: row.GetString(0), Id: row.GetString(1)), cancel);
        foreach (var each in deleted) await Run(each.Tenant, SubscriptionTables.Forget, [each.Tenant, each.Id], cancel);
    }

    private async ValueTask Run(string tenant, Statement statement, object?[] values, CancellationToken cancel) => await commit.Write<bool>(
        new TenantId(tenant),
        async (write, stop) =>
        {
            await write.Execute(statement, values, stop);
            return true;
        },
        cancel);
}
