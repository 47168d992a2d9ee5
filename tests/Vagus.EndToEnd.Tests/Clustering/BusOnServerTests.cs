using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.EndToEnd.Tests.Clustering;

/// <summary>The built server with NATS, by its settings alone.</summary>
public sealed class BusOnServerTests
{
    private const string Patient =
        """{"resourceType":"Patient","name":[{"family":"Canaryfamily"}],"birthDate":"1980-01-01","gender":"female"}""";

    [Fact]
    public async Task A_server_whose_NATS_is_away_is_ready_and_its_events_go_out_when_it_comes()
    {
        await using var nats = NatsServer.Prepare();
        await using var server = await RunningServer.Start(Engine.Sqlite, new Dictionary<string, string> { ["VAGUS_NATS"] = nats.Url });
        using var provider = server.SignIn("provider");
        var answer = await provider.Post("/fhir/Patient", Patient);
        Assert.True(answer.Succeeded, answer.Text);
        Assert.Contains("NATS cannot be reached", server.Said, StringComparison.Ordinal);

        await nats.StartAgain();

        await using var published = new PublishedEvents(nats.Url);
        var log = (await server.Data.ReadLog(Clinic.Tenant)).Select(each => ((long?)each.Position, each.EventId)).ToList();
        await Condition.Becomes(async () => await published.Count(Clinic.Tenant) == log.Count, "all are published", () => server.Said);
        Assert.True(log.Count > 1);
        Assert.Equal(log, await published.Events(Clinic.Tenant));
        Assert.Equal(0, await server.Process.Stop(TimeSpan.FromSeconds(30)));
        Assert.DoesNotContain("Canaryfamily", server.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("connection to NATS is lost", server.Said, StringComparison.Ordinal);
    }
}
