using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// Forgets the numbers of events that are a month old, as long as the log is kept, and what deleted subscriptions left. Has those ended
/// whose application may not act any more: none of them is told anything, but the next event may be long in coming.
/// </summary>
internal sealed class SweepSubscriptions(Database database, GroupCommit commit, OwnersReach owners, TimeProvider clock) : LeasedDuty
{
    private const long AtOnce = 5_000;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    public override string Name => "subscription-sweep";

    public override TimeSpan Interval => TimeSpan.FromMinutes(10);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        var (before, turns) = ((clock.GetUtcNow() - Kept).ToMicroseconds(), new TenantTurns());
        await ForgetEvents(before, turns, cancel);
        await ForgetDeleted(before, turns, cancel);
        await ForgetFormer(before, turns, cancel);
        await EndOfApplications(turns, cancel);
        turns.End();
    }

    private async ValueTask EndOfApplications(TenantTurns turns, CancellationToken cancel)
    {
        var after = (Tenant: "", Id: "");
        while (true)
        {
            object?[] page = [after.Tenant, after.Id, turns.LeftOut, AtOnce];
            var standing = await database.Query(ApplicationTables.Standing, page, SubscriptionRow.Of, cancel);
            foreach (var tenant in standing.GroupBy(row => row.Tenant))
            {
                var reaches = await owners.Of(tenant.Key, [.. tenant.Select(row => row.Owner).Distinct()], cancel);
                foreach (var row in tenant.Where(row => !reaches.ContainsKey(row.Owner)))
                {
                    object?[] ended = [clock.GetUtcNow().ToMicroseconds(), row.Tenant.Value, row.Id, row.Position];
                    await Run(turns, row.Tenant.Value, ApplicationTables.LookAt, ended, cancel);
                }
            }

            if (standing.Count < AtOnce) return;
            after = (standing[^1].Tenant.Value, standing[^1].Id);
        }
    }

    private async ValueTask ForgetFormer(long before, TenantTurns turns, CancellationToken cancel)
    {
        foreach (var tenant in await database.Query(FormerTables.OldTenants, [before], row => row.GetString(0), cancel))
        {
            await Run(turns, tenant, FormerTables.Forget, [tenant, before], cancel);
            await Run(turns, tenant, FormerTables.ForgetTopics, [tenant, before], cancel);
        }
    }

    private async ValueTask ForgetEvents(long before, TenantTurns turns, CancellationToken cancel)
    {
        while (true)
        {
            var old = await database.Query(
                SubscriptionTables.OldEvents, [before, turns.LeftOut, AtOnce],
                row => (Tenant: row.GetString(0), Id: row.GetString(1), Number: row.GetInt64(2)), cancel);
            if (old.Count == 0) return;
            foreach (var each in old)
                await Run(turns, each.Tenant, SubscriptionTables.ForgetEvents, [each.Tenant, each.Id, each.Number], cancel);
        }
    }

    private async ValueTask ForgetDeleted(long before, TenantTurns turns, CancellationToken cancel)
    {
        while (true)
        {
            var deleted = await database.Query(
                SubscriptionTables.OldDeleted, [before, turns.LeftOut, AtOnce], row => (Tenant: row.GetString(0), Id: row.GetString(1)),
                cancel);
            if (deleted.Count == 0) return;
            foreach (var each in deleted) await Run(turns, each.Tenant, SubscriptionTables.Forget, [each.Tenant, each.Id], cancel);
        }
    }

    private ValueTask Run(TenantTurns turns, string tenant, Statement statement, object?[] values, CancellationToken cancel) => turns.Run(
        new TenantId(tenant),
        async () => (await commit.Write<int>(
            new TenantId(tenant), async (write, stop) => await write.Execute(statement, values, stop), cancel)).Refusal,
        cancel);
}
