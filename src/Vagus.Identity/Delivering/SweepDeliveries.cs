using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Delivering;

/// <summary>Removes deliveries that ended a month ago.</summary>
internal sealed class SweepDeliveries(Database database, GroupCommit commit, TimeProvider clock) : LeasedDuty
{
    private const long AtOnce = 1_000;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public override string Name => "delivery-sweep";

    public override TimeSpan Interval => TimeSpan.FromMinutes(10);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        var before = (clock.GetUtcNow() - Kept).ToMicroseconds();
        var old = await database.Query(Old, [before, AtOnce], row => (Tenant: row.GetString(0), Id: row.GetString(1)), cancel);
        foreach (var tenant in old.GroupBy(row => row.Tenant, StringComparer.Ordinal))
        {
            await commit.Write<bool>(
                new TenantId(tenant.Key),
                async (write, stop) =>
                {
                    foreach (var row in tenant) await write.Queue(Delete, [row.Id], stop);
                    return true;
                },
                cancel);
        }
    }

    private static readonly Statement Old = new($"""
        select tenant_id, delivery_id
        from access_delivery
        where ended_at < @before
          and {NotStopped.Sql}
        order by ended_at
        limit @limit
        """);

    private static readonly Statement Delete = new("""
        delete from access_delivery
        where delivery_id = @delivery_id
        """);
}
