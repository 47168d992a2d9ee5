using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Roles;

/// <summary>Processes with some of the roles each, on one database: any of them may stop, the others serve, and it catches up.</summary>
public abstract class RolesTests(Engine engine)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Charts_and_alerts_of_stopped_processes_catch_up_when_these_return()
    {
        await using var services = await ThreeServices.Start(engine);
        using var provider = services.Record.SignIn("provider");
        await Written(provider, "Patient", "maya", """{"resourceType":"Patient","id":"maya","birthDate":"1980-02-28","name":[{"family":"Tran"}]}""");
        await Condition.Becomes(async () => await Alerts(services) == 0, "the chart is there", () => services.Said);

        Assert.Equal(0, await services.Charts.Process.Stop(Limit));
        await services.Notifications.Kill();
        foreach (var number in Enumerable.Range(1, 3)) await Written(provider, "Observation", $"k{number}", Potassium($"k{number}", number));
        using (var messages = services.Messages.SignIn("nurse"))
            Assert.True((await Told(() => messages.Get("/api/patient-messages/threads"))).Succeeded);

        await services.Charts.StartAgain([], ThreeServices.As("charts"));
        await Condition.Becomes(async () => await Alerts(services) == 3, "the chart tells what happened meanwhile", () => services.Said);
        await services.Notifications.StartAgain([], ThreeServices.As("notifications"));
        using var clinician = services.Notifications.SignIn("provider");
        await Condition.Becomes(
            async () => (await clinician.Get("/api/alerts")) is { Succeeded: true } answer && answer.Json["items"]!.AsArray().Count == 3,
            "each critical value has its alert", () => services.Said);
        await Condition.Becomes(async () => await AlertIds(services) == 3, "the chart has the alerts", () => services.Said);
    }

    [Fact]
    public async Task Messages_that_became_due_while_their_process_was_stopped_are_sent_once_when_it_returns()
    {
        await using var services = await ThreeServices.Start(engine);
        using var provider = services.Record.SignIn("provider");
        await Written(provider, "Patient", "maya", """{"resourceType":"Patient","id":"maya","birthDate":"1980-02-28","name":[{"family":"Tran"}]}""");
        using var author = services.Messages.SignIn("provider");
        const string Door = "/api/patient-messages";
        const string Begin = """{"patientId":"maya","subject":"Results","category":"general","content":"All is well."}""";
        var begun = await Told(() => author.Post($"{Door}/threads", Begin));
        Assert.True(begun.Succeeded, begun.Text);
        var thread = (string)begun.Json["thread"]!["id"]!;
        var due = DateTimeOffset.UtcNow.AddSeconds(3);
        var later = new JsonObject { ["content"] = "Come on Monday.", ["clientMessageId"] = "later", ["sendAfter"] = due.ToString("O") };
        var held = await Told(() => author.Post($"{Door}/threads/{thread}/messages", later.ToJsonString()));
        Assert.True(held.Succeeded, held.Text);

        await services.Messages.Kill();
        await Written(provider, "Observation", "k1", Potassium("k1", 1));
        await Condition.Becomes(async () => await Alerts(services) == 1, "the chart is kept meanwhile", () => services.Said);
        await Condition.Becomes(() => DateTimeOffset.UtcNow > due, "the message is due");

        await services.Messages.StartAgain([], ThreeServices.As("messaging,web"));
        await Condition.Becomes(async () => (await Contents()).Count == 2, "what was due is sent", () => services.Said);
        Assert.Equal(["All is well.", "Come on Monday."], await Contents());

        async Task<List<string>> Contents() =>
            [.. (await Told(() => author.Get($"{Door}/threads/{thread}"))).Json["messages"]!.AsArray().Select(each => (string)each!["content"]!)];
    }

    [Fact]
    public async Task A_record_that_stopped_leaves_charts_and_messages_served()
    {
        await using var services = await ThreeServices.Start(engine);
        using (var provider = services.Record.SignIn("provider"))
        {
            await Written(provider, "Patient", "maya", """{"resourceType":"Patient","id":"maya","birthDate":"1980-02-28"}""");
        }

        await Condition.Becomes(async () => await Alerts(services) == 0, "the chart is there", () => services.Said);

        await services.Record.Kill();

        Assert.Equal(0, await Alerts(services));
        using var nurse = services.Messages.SignIn("nurse");
        const string Thread = """{"patientId":"maya","subject":"Results","category":"general","content":"All is well."}""";
        var opened = await Told(() => nurse.Post("/api/patient-messages/threads", Thread));
        Assert.True(opened.Succeeded, opened.Text);
        await services.Record.StartAgain([], ThreeServices.As("fhir"));
        using var reader = services.Record.SignIn("provider");
        var found = await Told(() => reader.Get("/fhir/Communication?patient=maya&_summary=count"));
        Assert.Equal(1, (int?)found.Json["total"]);
    }

    [Fact]
    public async Task A_consumer_is_at_one_process_and_another_with_its_role_takes_over()
    {
        await using var first = await RunningServer.Start(engine, ThreeServices.As("fhir,charts"));
        await using var second = await first.StartBeside(ThreeServices.As("charts"));
        using var provider = first.SignIn("provider");
        await Written(provider, "Patient", "maya", """{"resourceType":"Patient","id":"maya","birthDate":"1980-02-28"}""");
        await Condition.Becomes(async () => await Alerts(second) == 0, "the chart is there", () => first.Said);
        Assert.DoesNotContain("consumer charts", second.Said, StringComparison.Ordinal);

        await first.Kill();
        await Condition.Becomes(
            () => second.Said.Contains("consumer charts", StringComparison.Ordinal), "the second takes the charts", () => second.Said);
    }

    private static Task<int?> Alerts(ThreeServices services) => Alerts(services.Charts);

    private static async Task<int?> Alerts(RunningServer charts)
    {
        using var provider = charts.SignIn("provider");
        var answer = await provider.Get("/api/aggregate/patients/maya");
        return answer.Succeeded ? (int?)answer.Json["criticalAlertCount"] : null;
    }

    /// <summary>Alerts of the chart that are raised ones: they have an owner.</summary>
    private static async Task<int> AlertIds(ThreeServices services)
    {
        using var provider = services.Charts.SignIn("provider");
        var answer = await provider.Get("/api/aggregate/patients/maya/alerts");
        return answer.Succeeded ? answer.Json["items"]!.AsArray().Count(each => each!["owner"] is JsonObject) : 0;
    }

    /// <summary>The answer once it is another than that nothing was written, which tells to try again.</summary>
    private static async Task<Answer> Told(Func<Task<Answer>> ask)
    {
        Answer? answer = null;
        await Condition.Becomes(
            async () => (answer = await ask()).Status != System.Net.HttpStatusCode.ServiceUnavailable, "the database is reached");
        return answer!;
    }

    private static async Task Written(SignedIn by, string type, string id, string body)
    {
        var answer = await Told(() => by.Put($"/fhir/{type}/{id}", body));
        Assert.True(answer.Succeeded, answer.Text);
    }

    private static string Potassium(string id, int number) => new JsonObject
    {
        ["resourceType"] = "Observation",
        ["id"] = id,
        ["status"] = "final",
        ["category"] = new JsonArray(new JsonObject
        {
            ["coding"] = new JsonArray(new JsonObject
            {
                ["system"] = "http://terminology.hl7.org/CodeSystem/observation-category", ["code"] = "laboratory",
            }),
        }),
        ["code"] = new JsonObject
        {
            ["coding"] = new JsonArray(new JsonObject { ["system"] = "http://loinc.org", ["code"] = "2823-3" }), ["text"] = "Potassium",
        },
        ["subject"] = new JsonObject { ["reference"] = "Patient/maya" },
        ["effectiveDateTime"] = DateTimeOffset.UtcNow.AddMinutes(-number).ToString("O"),
        ["valueQuantity"] = new JsonObject
        {
            ["value"] = 6.5m + (number / 10m), ["unit"] = "mmol/L", ["system"] = "http://unitsofmeasure.org", ["code"] = "mmol/L",
        },
        ["interpretation"] = new JsonArray(new JsonObject
        {
            ["coding"] = new JsonArray(new JsonObject
            {
                ["system"] = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", ["code"] = "HH",
            }),
        }),
    }.ToJsonString();
}

public sealed class RolesOnSqlite() : RolesTests(Engine.Sqlite);

public sealed class RolesOnPostgres() : RolesTests(Engine.Postgres);
