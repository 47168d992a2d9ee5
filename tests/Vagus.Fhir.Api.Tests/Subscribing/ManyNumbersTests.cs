namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>One write that concerns very many subscriptions gives each of them its own numbers.</summary>
public abstract class ManyNumbersTests(SubscriptionServer server)
{
    private const int Copies = 500;

    [Fact]
    public async Task A_transaction_gives_each_of_a_thousand_subscriptions_its_numbers()
    {
        await using var desk = await Desk.Open(server);
        var three = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        var one = (await desk.Owner.Create(desk.SocketForm("Observation?code=999-9"))).Is(201).Id;
        var rows = new SubscriptionRows(desk);
        await rows.Copy(three, Copies, behind: 1000);
        await rows.Copy(one, Copies, behind: 1000);

        (await desk.Owner.Bundle("transaction",
            Sample.Put(Sample.Observation("Patient/p", id: "o1"), "Observation/o1"),
            Sample.Put(Sample.Observation("Patient/p", "999-9", "o2"), "Observation/o2"),
            Sample.Put(Sample.Observation("Patient/p", id: "o3"), "Observation/o3"))).Is(200);

        await Desk.Until(async () => (await rows.NumbersOfCopies(three)).Count >= 3 * Copies, "not all are counted");
        Assert.Equal(Copies, (await rows.NumbersOfCopies(one)).Count);
        var (threes, ones) = (await rows.NumbersOfCopies(three), await rows.NumbersOfCopies(one));
        Assert.All(ones.GroupBy(each => each.Copy), copy => Assert.Equal([1], copy.Select(each => each.Number)));
        Assert.All(threes.GroupBy(each => each.Copy), copy => Assert.Equal([1, 2, 3], copy.Select(each => each.Number)));
        Assert.Equal((3, 1), ((await rows.Of(three)).Events, (await rows.Of(one)).Events));
    }
}

public sealed class ManyNumbersOnSqlite(SqliteSubscriptionServer server) : ManyNumbersTests(server);

public sealed class ManyNumbersOnPostgres(PostgresSubscriptionServer server) : ManyNumbersTests(server);
