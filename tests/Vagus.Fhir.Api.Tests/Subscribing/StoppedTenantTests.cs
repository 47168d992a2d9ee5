using Vagus.Fhir.Subscribing;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Notifications of other tenants go out while one with more due subscriptions than a look takes is being moved.</summary>
public abstract class StoppedTenantTests(SubscriptionServer server)
{
    [Fact]
    public async Task Subscribers_of_other_tenants_are_notified()
    {
        await using var desk = await Desk.Open(server);
        await desk.Subscribe(desk.Form());
        await StoppedTenant.Fill(
            server.Get<Database>(), server.Get<GroupCommit>(), desk.Clinic.Tenant, "subscription_state", ["subscription_id"], "due_at", 201);

        await desk.Observe("o");

        Assert.Equal(["o"], Assert.Single(await desk.Notified(1)).Focuses);
    }

    [Fact]
    public async Task Numbers_of_other_tenants_are_removed_when_they_are_old()
    {
        await using var desk = await Desk.Open(server);
        await desk.Subscribe(desk.Form());
        await desk.Observe("o");
        await desk.Numbers(1);
        await StoppedTenant.Fill(
            server.Get<Database>(), server.Get<GroupCommit>(), desk.Clinic.Tenant, "subscription_event", ["subscription_id"], "occurred_at",
            count: 5_001);
        await server.Get<GroupCommit>().Write<int>(
            desk.Clinic.Tenant, async (write, cancel) => await write.Execute(Old, [desk.Clinic.Tenant.Value], cancel),
            CancellationToken.None);

        await server.Get<IEnumerable<LeasedDuty>>().OfType<SweepSubscriptions>().Single().Turn(CancellationToken.None);

        Assert.Equal(0, await server.Get<Database>().QueryOne(
            Counted, [desk.Clinic.Tenant.Value], row => row.GetInt64(0), CancellationToken.None));
    }

    private static readonly Statement Old = new("update subscription_event set occurred_at = 2 where tenant_id = @tenant_id");

    private static readonly Statement Counted = new("select count(*) from subscription_event where tenant_id = @tenant_id");
}

public sealed class StoppedTenantOnSqlite(SqliteSubscriptionServer server) : StoppedTenantTests(server);

public sealed class StoppedTenantOnPostgres(PostgresSubscriptionServer server) : StoppedTenantTests(server);
