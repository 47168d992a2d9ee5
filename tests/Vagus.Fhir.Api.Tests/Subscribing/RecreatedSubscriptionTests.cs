using Vagus.Access.Audit;
using Vagus.Fhir.Subscribing;
using Vagus.Storage.Consuming;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>A subscription that is deleted and made anew under its id while a socket is bound to it.</summary>
public abstract class RecreatedSubscriptionTests(SubscriptionServer server)
{
    [Fact]
    public async Task It_is_told_from_its_first_number_on_and_nothing_counts_as_told_before()
    {
        await using var desk = await Desk.Open(server);
        var rows = new SubscriptionRows(desk);
        await Put(desk, 201);
        var bound = await Bind(desk);
        await Observe(desk, rows, 3, "before");
        var told = await bound.Next(CancellationToken.None);
        bound.Left(told!);
        Assert.Equal(3, told!.Last);
        (await desk.Owner.Delete("Subscription/s")).Is(204);
        await Put(desk, 201);
        await Observe(desk, rows, 2, "after");

        await bound.Keep(TimeSpan.Zero, CancellationToken.None);
        Assert.Equal(0, (await rows.Of("s")).Delivered);
        var anew = await bound.Next(CancellationToken.None);
        bound.Left(told);
        await bound.Keep(TimeSpan.Zero, CancellationToken.None);

        Assert.Equal(2, anew!.Last);
        Assert.Equal(0, (await rows.Of("s")).Delivered);
        bound.Left(anew);
        await bound.Keep(TimeSpan.Zero, CancellationToken.None);
        Assert.Equal(2, (await rows.Of("s")).Delivered);
    }

    [Fact]
    public async Task What_concerned_the_former_one_has_no_number_in_it()
    {
        await using var desk = await Desk.Open(server);
        var rows = new SubscriptionRows(desk);
        await Put(desk, 201);
        await Observe(desk, rows, 1, "before");
        var consumer = server.Get<IEnumerable<LogConsumer>>().OfType<NumberEvents>().Single();
        var events = (await desk.Clinic.Log())
            .Where(each => each.Resource?.StartsWith("Observation/before1/", StringComparison.Ordinal) == true).ToList();
        await consumer.Deliver(events, CancellationToken.None);
        Assert.False(consumer.PassesOver(events));
        (await desk.Owner.Delete("Subscription/s")).Is(204);
        await Put(desk, 201);

        await server.Get<GroupCommit>().Write<bool>(
            desk.Clinic.Tenant,
            async (write, cancel) =>
            {
                await consumer.Apply(events, write, cancel);
                return true;
            },
            CancellationToken.None);

        Assert.Equal(0, (await rows.Of("s")).Events);
    }

    private async Task<BoundSubscription> Bind(Desk desk)
    {
        var token = await BoundSocket.Token(desk.Owner, "s");
        var binding = await server.Get<SubscriptionSockets>().Bind(token, AuditOrigin.Unknown, CancellationToken.None);
        return Assert.Single(binding.Value.Bound);
    }

    private static async Task Observe(Desk desk, SubscriptionRows rows, int count, string name)
    {
        for (var number = 1; number <= count; number++) await desk.Observe($"{name}{number}");
        await Desk.Until(async () => (await rows.Of("s")).Events == count, "not counted");
    }

    private static async Task Put(Desk desk, int status) => (await desk.Owner.Put(
        "Subscription/s", desk.SocketForm().Replace("\"Subscription\",", "\"Subscription\",\"id\":\"s\",", StringComparison.Ordinal))).Is(status);
}

public sealed class RecreatedSubscriptionOnSqlite(SqliteSubscriptionServer server) : RecreatedSubscriptionTests(server);

public sealed class RecreatedSubscriptionOnPostgres(PostgresSubscriptionServer server) : RecreatedSubscriptionTests(server);
