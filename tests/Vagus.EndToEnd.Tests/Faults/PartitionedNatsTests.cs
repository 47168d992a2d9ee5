using Vagus.EndToEnd.Tests.Clustering;
using Vagus.EndToEnd.Tests.Crashing;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.EndToEnd.Tests.Faults;

/// <summary>The network between the server and NATS swallows everything, and then breaks; both sides live on.</summary>
public sealed class PartitionedNatsTests
{
    // A minute at five requests a second.
    private const int Requests = 300;

    [Fact]
    public async Task A_minutes_events_that_NATS_did_not_hear_of_follow_once_and_in_order_when_it_is_reached_again()
    {
        await using var nats = await NatsServer.Start();
        await using var relay = new TcpRelay(new Uri(nats.Url).Port);
        await using var server = await RunningServer.Start(
            Engine.Sqlite, new Dictionary<string, string> { ["VAGUS_NATS"] = relay.Instead(nats.Url) });
        await using var published = new PublishedEvents(nats.Url);
        using var author = server.SignIn("service");
        var acknowledged = new Acknowledged();
        await Write(author, acknowledged, "before", 3);
        await Condition.Becomes(async () => await published.Count(Clinic.Tenant) > 3, "events are published", () => server.Said);

        relay.Hold();
        await Write(author, acknowledged, "held", Requests / 2);
        relay.Cut();
        await Write(author, acknowledged, "cut", Requests / 2);
        // What is for one person does not go out.
        var log = (await server.Data.ReadLog(Clinic.Tenant))
            .Where(each => !each.Type.StartsWith("notification.", StringComparison.Ordinal))
            .Select(each => ((long?)each.Position, each.EventId)).ToList();
        Assert.True(await published.Count(Clinic.Tenant) < log.Count - Requests, "Everything was published all the same.");
        relay.Mend();

        await Condition.Becomes(
            async () => await published.Count(Clinic.Tenant) >= log.Count, "all are published", () => server.Said,
            limit: TimeSpan.FromMinutes(2));
        Assert.Equal(log, await published.Events(Clinic.Tenant));
        Assert.Empty(await Acknowledged.Missing(author, acknowledged.Versions));
    }

    private static async Task Write(SignedIn author, Acknowledged acknowledged, string name, int count)
    {
        for (var number = 0; number < count; number++)
        {
            var bundle = GeneratedBundle.Of(name, number, attempt: 0, new Random(number));
            var answer = await author.Post("/fhir", bundle.Json);
            Assert.True(answer.Succeeded, answer.Text);
            acknowledged.Add(answer.Json, bundle.Marker);
        }
    }
}
