using System.Diagnostics;
using System.Globalization;
using Vagus.EndToEnd.Tests.Crashing;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Clustering;

/// <summary>Two processes on one PostgreSQL database.</summary>
public sealed class TwoServersTests
{
    [Fact]
    public async Task What_one_server_writes_arrives_at_the_subscribers_of_the_other()
    {
        await using var one = await RunningServer.Start(Engine.Postgres);
        await using var other = await one.StartBeside();
        await using var subscriber = new RawSubscriber(other, "admin", _ => true);
        using var author = one.SignIn("service");
        var acknowledged = new Acknowledged();
        await Condition.Becomes(() => subscriber.IsFollowing, "the subscriber follows", () => other.Said);

        var delays = new List<double>();
        for (var number = 0; number < 20; number++)
        {
            var bundle = GeneratedBundle.Of("two", number, attempt: 0, new Random(number));
            var clock = Stopwatch.StartNew();
            var answer = await author.Post("/fhir", bundle.Json);
            Assert.True(answer.Succeeded, answer.Text);
            acknowledged.Add(answer.Json, bundle.Marker);
            var head = (await one.Data.ReadLog(Clinic.Tenant)).Count;
            await Condition.Becomes(() => subscriber.Last >= head, "the frame arrived at the other server's subscriber", () => other.Said);
            delays.Add(clock.Elapsed.TotalMilliseconds);
        }

        var log = await LogCheck.Contiguous(one.Data, Clinic.Tenant);
        Assert.Empty(subscriber.Differences(log));
        using var reader = other.SignIn("service");
        Assert.Empty(await Acknowledged.Missing(reader, acknowledged.Versions));
        delays.Sort();
        Figures.Say(
            string.Create(
            CultureInfo.InvariantCulture,
            $"two servers: request sent to one → all frames at the other's subscriber p50 {delays[delays.Count / 2]:0} ms, max {delays[^1]:0} ms"));
    }
}
