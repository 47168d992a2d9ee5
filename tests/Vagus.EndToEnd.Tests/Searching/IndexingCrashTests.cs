using System.Text;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Searching;

/// <summary>
/// The server is killed while it indexes an uploaded search parameter. The work goes on where its last part was committed.
/// </summary>
public abstract class IndexingCrashTests(Engine engine)
{
    private const int Transactions = 6;
    private const int Patients = 2_000;

    [Fact]
    public async Task Killed_while_it_indexes_the_server_goes_on_and_every_resource_is_found()
    {
        await using var server = await RunningServer.Start(engine);
        using var admin = server.SignIn("admin");
        for (var number = 0; number < Transactions; number++) await Done(() => admin.Post("/fhir", Bundle()));
        await Done(() => admin.Put("/fhir/SearchParameter/sp", """
            {"resourceType":"SearchParameter","id":"sp","url":"urn:test:kin","name":"kin","status":"active","description":"x",
             "code":"kin","base":["Patient"],"type":"string","expression":"Patient.contact.name"}
            """));

        (string State, int Done) seen = default;
        await Condition.Becomes(async () => (seen = await Status(admin)).Done > 0, "indexing has begun", () => server.Said);
        await server.Kill();
        Assert.Equal("indexing", seen.State);
        await server.StartAgain();
        var before = await Status(admin);
        Assert.InRange(before.Done, seen.Done, (Transactions * Patients) - 1);
        var early = await admin.Get("/fhir/Patient?kin=gruber&_summary=count");
        Assert.Equal(503, (int)early.Status);

        await Condition.Becomes(
            async () => (await Status(admin)).State == "indexed", "all is indexed", () => server.Said, limit: TimeSpan.FromMinutes(5));

        var found = await admin.Get("/fhir/Patient?kin=gruber&_summary=count");
        Assert.Equal(Transactions * Patients, (int)found.Json["total"]!);
        Assert.Equal(Transactions * Patients, (await Status(admin)).Done);
    }

    private static async Task<(string State, int Done)> Status(SignedIn admin)
    {
        var answer = await admin.Get("/fhir/SearchParameter/sp/$index-status");
        Assert.True(answer.Succeeded, answer.Text);
        var parts = answer.Json["parameter"]![0]!["part"]!.AsArray();
        return ((string)parts.Single(part => (string?)part!["name"] == "state")!["valueCode"]!,
            (int)parts.Single(part => (string?)part!["name"] == "done")!["valueInteger"]!);
    }

    // 503: nothing was written, for a busy machine kept the database from its turn.
    private static async Task Done(Func<Task<Answer>> ask)
    {
        Answer? answer = null;
        await Condition.Becomes(async () => (int)(answer = await ask()).Status != 503, "the server has taken it");
        Assert.True(answer!.Succeeded, answer.Text);
    }

    private static string Bundle()
    {
        const string entry = """
            {"resource":{"resourceType":"Patient","contact":[{"name":{"family":"Gruber"}}]},"request":{"method":"POST","url":"Patient"}}
            """;
        var text = new StringBuilder("""{"resourceType":"Bundle","type":"transaction","entry":[""");
        text.AppendJoin(',', Enumerable.Repeat(entry.Trim(), Patients));
        return text.Append("]}").ToString();
    }
}

public sealed class IndexingCrashOnSqlite() : IndexingCrashTests(Engine.Sqlite);

public sealed class IndexingCrashOnPostgres() : IndexingCrashTests(Engine.Postgres);
