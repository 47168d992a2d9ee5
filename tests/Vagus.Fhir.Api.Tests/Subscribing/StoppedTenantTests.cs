using Vagus.Storage;
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
}

public sealed class StoppedTenantOnSqlite(SqliteSubscriptionServer server) : StoppedTenantTests(server);

public sealed class StoppedTenantOnPostgres(PostgresSubscriptionServer server) : StoppedTenantTests(server);
