using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Crashing;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Restarting;

public abstract class StartTests(Engine engine)
{
    /// <summary>The budget is two seconds on an idle machine; a test must also pass on a busy one.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Started_again_on_a_full_database_it_is_soon_ready_and_everything_is_there()
    {
        if (Programs.SampleData("synthea-r4") is not { } folder)
        {
            Assert.Skip("The Synthea bundles are not here.");
            return;
        }

        await using var server = await RunningServer.Start(engine);
        using var service = server.SignIn("service");
        var acknowledged = new Acknowledged();
        foreach (var file in Directory.EnumerateFiles(folder, "*.json"))
        {
            var answer = await service.Post("/fhir", await File.ReadAllTextAsync(file));
            Assert.True(answer.Succeeded, $"{Path.GetFileName(file)}: {(int)answer.Status}");
            acknowledged.Add(answer.Json, marker: null);
        }

        var starts = new List<TimeSpan>();
        for (var time = 0; time < 5; time++)
        {
            await server.Kill();
            await server.StartAgain();
            starts.Add(server.StartedIn);
        }

        Assert.Empty(await Acknowledged.Missing(service, acknowledged.Versions));
        Assert.All(starts, took => Assert.InRange(took, TimeSpan.Zero, Bound));
        Figures.Say(
            string.Create(
            CultureInfo.InvariantCulture,
            $"{engine}: process start to ready on {acknowledged.Versions.Count} resources: {string.Join(", ", starts.Select(took => $"{took.TotalMilliseconds:0}"))} ms"));
    }

    [Fact]
    public async Task A_batch_reads_the_version_that_it_asks_for()
    {
        await using var server = await RunningServer.Start(engine);
        using var service = server.SignIn("service");
        foreach (var year in new[] { 1970, 1971 })
        {
            var stored = await service.Put(
                "/fhir/Patient/p1",
                new JsonObject { ["resourceType"] = "Patient", ["id"] = "p1", ["birthDate"] = $"{year}-01-01" }.ToJsonString());
            Assert.True(stored.Succeeded, stored.Text);
        }

        var read = await Acknowledged.Read(
            service, ["Patient/p1/_history/1", "Patient/p1/_history/2", "Patient/p1", "Patient/p1/_history/3"]);

        Assert.Equal(["1970-01-01", "1971-01-01", "1971-01-01", null], read.Select(each => (string?)each?["birthDate"]));
    }
}

public sealed class SqliteStartTests() : StartTests(Engine.Sqlite);

public sealed class PostgresStartTests() : StartTests(Engine.Postgres);
