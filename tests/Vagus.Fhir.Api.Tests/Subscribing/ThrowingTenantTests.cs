using Vagus.Fhir.Api.Tests.Exports;
using Vagus.Fhir.Exports;
using Vagus.Fhir.Subscribing;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Duties go on for other tenants while the writes of one, with more rows than a look takes, throw.</summary>
public abstract class ThrowingTenantTests(Engine engine) : ClockedServerTests(engine)
{
    private static readonly TenantId Broken = new("0-stopped");

    [Fact]
    public async Task Subscribers_of_other_tenants_are_notified()
    {
        await using var desk = await Desk.Open(Server);
        await desk.Subscribe(desk.Form());
        await Break("subscription_state", "subscription_id", "due_at", desk.Clinic.Tenant, 401, "update");

        await desk.Observe("o");

        Assert.Equal(["o"], Assert.Single(await desk.Notified(1)).Focuses);
    }

    [Fact]
    public async Task Numbers_of_other_tenants_are_removed()
    {
        await using var desk = await Desk.Open(Server);
        await desk.Subscribe(desk.Form());
        await desk.Observe("o");
        await desk.Numbers(1);
        await Break("subscription_event", "subscription_id", "occurred_at", desk.Clinic.Tenant, 5_001);
        Clock.Advance(TimeSpan.FromDays(31));

        await Fails<SweepSubscriptions>();

        Assert.Equal((0, 5_001), await Left("subscription_event", desk.Clinic.Tenant));
    }

    [Fact]
    public async Task Deleted_subscriptions_of_other_tenants_are_removed()
    {
        await using var desk = await Desk.Open(Server);
        var id = await desk.Subscribe(desk.Form());
        (await desk.Owner.Delete($"Subscription/{id}")).Is(204);
        await Break("subscription_state", "subscription_id", "changed_at", desk.Clinic.Tenant, 5_001);
        Clock.Advance(TimeSpan.FromDays(31));

        await Fails<SweepSubscriptions>();

        Assert.Equal((0, 5_001), await Left("subscription_state", desk.Clinic.Tenant));
    }

    [Fact]
    public async Task Exports_of_other_tenants_are_removed()
    {
        var clinic = await Clinic.Open(Server);
        await ExportTests.Begin(await clinic.Admin(), "$export?_type=Patient");
        await Break("bulk_export", "export_id", "expires_at", clinic.Tenant, 21);
        Clock.Advance(TimeSpan.FromDays(2));

        await Fails<SweepExports>();

        Assert.Equal((0, 21), await Left("bulk_export", clinic.Tenant));
    }

    private async Task Break(string table, string key, string due, TenantId of, int count, string doing = "delete")
    {
        var commit = Server.Get<GroupCommit>();
        await StoppedTenant.Fill(Server.Get<Database>(), commit, of, table, [key], due, count);
        await StoppedTenant.Resume(commit, Broken);
        await ThrowingWrites.Begin(commit, table, Broken, doing);
    }

    private async Task Fails<T>()
        where T : LeasedDuty => await Assert.ThrowsAnyAsync<Exception>(
            () => Server.Get<IEnumerable<LeasedDuty>>().OfType<T>().Single().Turn(CancellationToken.None).AsTask());

    private async Task<(long Ours, long Broken)> Left(string table, TenantId tenant)
    {
        var counted = new Statement($"select count(*) from {table} where tenant_id = @tenant_id");
        return (await Of(tenant), await Of(Broken));

        async Task<long> Of(TenantId each) => await Server.Get<Database>().QueryOne(
            counted, [each.Value], row => row.GetInt64(0), CancellationToken.None);
    }
}

public sealed class ThrowingTenantOnSqlite() : ThrowingTenantTests(Engine.Sqlite);

public sealed class ThrowingTenantOnPostgres() : ThrowingTenantTests(Engine.Postgres);
