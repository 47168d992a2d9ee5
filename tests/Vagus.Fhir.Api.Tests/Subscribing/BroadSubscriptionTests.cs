using Vagus.Fhir.Subscribing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Subscriptions that no value narrows down are asked at each change: an organization has a limited number of them.</summary>
public abstract class BroadSubscriptionTests(SubscriptionServer server)
{
    private static readonly int Most = new FhirOptions().BroadSubscriptions;

    [Theory]
    [InlineData("_type=Observation")]
    [InlineData("Observation?status:not=final")]
    public async Task One_more_is_refused_and_says_what_to_do(string filter)
    {
        await using var desk = await Desk.Open(server);
        var broad = (await desk.Owner.Create(desk.SocketForm("_type=Observation"))).Is(201).Id;
        await new SubscriptionRows(desk).Copy(broad, Most - 1);

        var refused = (await desk.Owner.Create(desk.SocketForm(filter))).Is(422).Json.GetProperty("issue")[0];

        Assert.Equal("too-costly", refused.GetProperty("code").GetString());
        Assert.Contains("Name a patient", refused.GetProperty("diagnostics").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Those_that_the_server_has_ended_are_not_counted()
    {
        await using var desk = await Desk.Open(server);
        var broad = (await desk.Owner.Create(desk.SocketForm("_type=Observation"))).Is(201).Id;
        var rows = new SubscriptionRows(desk);
        await rows.Copy(broad, Most - 1);
        await rows.Set($"{broad}-1", "status = 'off'");

        (await desk.Owner.Create(desk.SocketForm("_type=Observation"))).Is(201);
        (await desk.Owner.Create(desk.SocketForm("_type=Observation"))).Is(422);
    }

    [Fact]
    public async Task Those_with_a_value_and_those_that_are_off_are_not_limited_by_it()
    {
        await using var desk = await Desk.Open(server);
        var broad = (await desk.Owner.Create(desk.SocketForm("_type=Observation"))).Is(201).Id;
        await new SubscriptionRows(desk).Copy(broad, Most - 1);
        var off = desk.SocketForm("_type=Observation").Replace("\"requested\"", "\"off\"", StringComparison.Ordinal);

        (await desk.Owner.Create(desk.SocketForm())).Is(201);
        (await desk.Owner.Create(off)).Is(201);
        (await desk.Owner.Put(
            $"Subscription/{broad}",
            desk.SocketForm("_type=Observation").Replace("\"Subscription\",", $"\"Subscription\",\"id\":\"{broad}\",", StringComparison.Ordinal))).Is(200);
    }

    [Fact]
    public async Task One_from_before_they_were_counted_is_changed_and_activated_also_where_there_are_more_than_may_be()
    {
        await using var desk = await Desk.Open(server);
        var broad = (await desk.Owner.Create(desk.SocketForm("_type=Observation"))).Is(201).Id;
        var narrow = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        var rows = new SubscriptionRows(desk);
        await rows.Copy(broad, Most);
        await rows.Set(broad, "broad = false");

        (await Put(desk, broad, desk.SocketForm("Observation?status:not=final"))).Is(200);
        await rows.Set(broad, "status = 'error', broad = false");
        (await Put(desk, broad, desk.SocketForm("_type=Observation"))).Is(200);

        (await Put(desk, narrow, desk.SocketForm("_type=Observation"))).Is(422);
        await rows.Set(broad, "status = 'off'");
        (await Put(desk, broad, desk.SocketForm("_type=Observation"))).Is(422);
    }

    private static Task<Answer> Put(Desk desk, string id, string form) => desk.Owner.Put(
        $"Subscription/{id}", form.Replace("\"Subscription\",", $"\"Subscription\",\"id\":\"{id}\",", StringComparison.Ordinal));
}

public sealed class BroadSubscriptionOnSqlite(SqliteSubscriptionServer server) : BroadSubscriptionTests(server);

public sealed class BroadSubscriptionOnPostgres(PostgresSubscriptionServer server) : BroadSubscriptionTests(server);
