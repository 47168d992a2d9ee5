using Vagus.Fhir.Subscribing;
using Vagus.Storage;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Numbers that are a month old are removed, however many there are.</summary>
public abstract class SweptEventTests(SubscriptionServer server)
{
    [Fact]
    public async Task One_turn_removes_all_that_is_out_of_date()
    {
        await using var desk = await Desk.Open(server);
        var id = (await desk.Owner.Create(desk.Form().Replace("\"requested\"", "\"off\"", StringComparison.Ordinal))).Is(201).Id;
        await server.Get<GroupCommit>().Write<int>(
            desk.Clinic.Tenant, async (write, cancel) => await write.Execute(Old, [12_000L, desk.Clinic.Tenant.Value, id], cancel),
            CancellationToken.None);
        Assert.Equal(12_000, await Count(id));

        await server.Get<IEnumerable<LeasedDuty>>().OfType<SweepSubscriptions>().Single().Turn(TestContext.Current.CancellationToken);

        Assert.Equal(0, await Count(id));
    }

    private async Task<long> Count(string id) =>
        (await server.Get<Database>().Query(Counted, [id], row => row.GetInt64(0), CancellationToken.None))[0];

    private static readonly Statement Old = new("""
        insert into subscription_event (tenant_id, subscription_id, number, position, occurred_at)
        with recursive numbers(number) as (select 1 union all select number + 1 from numbers where number < @most)
        select @tenant_id, @subscription_id, number, number, number
        from numbers
        """);

    private static readonly Statement Counted = new("""
        select count(*)
        from subscription_event
        where subscription_id = @subscription_id
        """);
}

public sealed class SweptEventOnSqlite(SqliteSubscriptionServer server) : SweptEventTests(server);

public sealed class SweptEventOnPostgres(PostgresSubscriptionServer server) : SweptEventTests(server);
