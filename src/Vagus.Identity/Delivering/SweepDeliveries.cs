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
        var (before, turns) = ((clock.GetUtcNow() - Kept).ToMicroseconds(), new TenantTurns());
        while (true)
        {
            var old = await database.Query(
                Old, [before, turns.LeftOut, AtOnce], row => (Tenant: new TenantId(row.GetString(0)), Id: row.GetString(1)), cancel);
            if (old.Count == 0) break;
            foreach (var tenant in old.GroupBy(row => row.Tenant, row => row.Id))
                await turns.Run(tenant.Key, () => Remove(tenant.Key, tenant, cancel), cancel);
        }

        turns.End();
    }

    private async ValueTask<Refusal?> Remove(TenantId tenant, IEnumerable<string> ids, CancellationToken cancel)
    {
        var removed = await commit.Write<bool>(
            tenant,
            async (write, stop) =>
            {
                foreach (var id in ids) await write.Queue(Delete, [id], stop);
                return true;
            },
            cancel);
        return removed.Refusal;
    }

    private static readonly Statement Old = ListSql.With(list => $"""
        select tenant_id, delivery_id
        from access_delivery
        where ended_at < @before
          and {NotStopped.Sql}
          and tenant_id not in ({list("left_out")})
        order by ended_at
        limit @limit
        """);

    private static readonly Statement Delete = new("""
        delete from access_delivery
        where delivery_id = @delivery_id
        """);
}
