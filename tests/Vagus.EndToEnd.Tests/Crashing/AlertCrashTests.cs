using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Crashing;

/// <summary>
/// The server is killed between and in the middle of writing a critical value, raising its alert, telling the owner, acknowledging and
/// handing on. No alert is lost, doubled or stuck. VAGUS_ALERT_KILLS says how often (6 unless told), VAGUS_SEED when.
/// </summary>
public abstract class AlertCrashTests(Engine engine)
{
    private const string Order = "order-of-alerts";
    private static readonly int Kills = Number("VAGUS_ALERT_KILLS", 6);
    private static readonly int Seed = Number("VAGUS_SEED", 20261127);

    [Fact]
    public async Task Killed_at_any_moment_the_server_raises_each_alert_once_and_hands_it_on_once()
    {
        await using var server = await RunningServer.Start(engine);
        using var laboratory = server.SignIn("service");
        using var provider = server.SignIn("provider");
        await Write(laboratory, $"ServiceRequest/{Order}", Ordered());
        var random = new Random(Seed);
        var known = new List<string>();

        for (var kill = 0; kill < Kills; kill++)
        {
            // The first requests of a process are slow: what is to be interrupted comes after them.
            await Alerts(provider);
            await Write(laboratory, $"Observation/warm-{kill}", Critical(kill).Replace("critical-", "warm-", StringComparison.Ordinal));
            known.Add($"warm-{kill}");

            // Before, while or after the alert is raised, acknowledged or handed on.
            var moment = Task.Delay(random.Next(kill % 3 == 0 ? 15 : 100));
            var writing = Tried(() => Write(laboratory, $"Observation/critical-{kill}", Critical(kill)));
            var answering = kill % 3 == 1 ? Tried(() => AcknowledgeNewest(provider)) : Task.FromResult(true);
            await moment;
            await server.Kill();
            if (await writing) known.Add($"critical-{kill}");
            await answering;
            if (kill % 3 == 2) await LetTimePass(server.Data);
            await server.StartAgain();
        }

        await Condition.Becomes(
            async () => known.TrueForAll((await Values(provider)).Contains), "every acknowledged value has its alert", () => server.Said);
        await EachOnce(server, provider);
        await NoneIsStuck(server, provider);
        Figures.Say(string.Create(
            CultureInfo.InvariantCulture, $"{engine}: {Kills} kills, {known.Count} values acknowledged, each with one alert"));
    }

    private static async Task<HashSet<string>> Values(SignedIn reader) =>
        [.. (await Alerts(reader)).Select(alert => ((string)alert["resource"]!).Split('/')[1])];

    /// <summary>One alert of each value, one event of its raising, one event and one word to the owner for each hand.</summary>
    private static async Task EachOnce(RunningServer server, SignedIn reader)
    {
        var alerts = await Alerts(reader);
        Assert.Equal(alerts.Count, alerts.Select(alert => (string)alert["resource"]!).Distinct().Count());
        var told = (await server.Data.ReadLog(Clinic.Tenant)).Where(IsOfAlerts)
            .Select(each => (each.Type, Body: JsonNode.Parse(each.Body)!))
            .ToLookup(each => (string)(each.Body["alertId"] ?? each.Body["id"])!);
        Assert.Equal(alerts.Count, told.Count);
        foreach (var alert in alerts)
        {
            var events = told[(string)alert["id"]!].Select(each => each.Type).ToList();
            var steps = alert["timeline"]!.AsArray().Select(step => (string)step!["what"]!).ToList();
            Assert.Single(events, "alert.raised");
            Assert.Single(steps, "raised");
            foreach (var (step, type) in new[]
            {
                ("escalated", "alert.escalated"), ("acknowledged", "alert.acknowledged"), ("notified", "notification.critical"),
            })
            {
                Assert.Equal(steps.Count(each => each == step), events.Count(each => each == type));
            }
        }
    }

    private static bool IsOfAlerts(LoggedEvent each) =>
        each.Type == "notification.critical" || each.Type.StartsWith("alert.", StringComparison.Ordinal);

    /// <summary>Whatever is due goes on: each alert comes to its next hand, once.</summary>
    private static async Task NoneIsStuck(RunningServer server, SignedIn reader)
    {
        await server.Kill();
        await LetTimePass(server.Data);
        await server.StartAgain();
        await Condition.Becomes(
            async () => (await Alerts(reader)).TrueForAll(alert => (DateTimeOffset)alert["dueAt"]! > DateTimeOffset.UtcNow),
            "each alert was handed on", () => server.Said);
        Assert.All(await Alerts(reader), alert => Assert.Equal("escalated", (string)alert["state"]!));
        await EachOnce(server, reader);
    }

    /// <summary>As if every limit were over: no test waits ten minutes.</summary>
    private static async Task LetTimePass(ServerData data)
    {
        var passed = await data.Commit.Write<int>(
            new TenantId(Clinic.Tenant),
            async (write, cancel) => await write.Execute(MakeDue, [write.At.ToMicroseconds()], cancel), default);
        Assert.False(passed.IsRefused);
    }

    private static async Task<List<JsonNode>> Alerts(SignedIn reader)
    {
        var all = new List<JsonNode>();
        string? cursor = null;
        do
        {
            var page = (await reader.Get($"/api/alerts?limit=200{(cursor is null ? "" : $"&cursor={cursor}")}")).Json;
            all.AddRange(page["items"]!.AsArray().Select(alert => alert!));
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);
        return all;
    }

    private static async Task AcknowledgeNewest(SignedIn person)
    {
        if (await Alerts(person) is [var newest, ..]) await person.Post($"/api/alerts/{(string)newest["id"]!}/acknowledge", "{}");
    }

    private static async Task Write(SignedIn by, string path, string resource)
    {
        var answer = await by.Put($"/fhir/{path}", resource);
        Assert.True(answer.Succeeded, $"{path}: {(int)answer.Status} {answer.Text}");
    }

    /// <summary>False where the server was killed before it answered.</summary>
    private static async Task<bool> Tried(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (Exception broken) when (broken is HttpRequestException or TaskCanceledException or IOException)
        {
            return false;
        }
    }

    private static string Ordered() => $$$"""
        {"resourceType":"ServiceRequest","id":"{{{Order}}}","status":"active","intent":"order","subject":{"reference":"Patient/p1"},
         "requester":{"reference":"Practitioner/{{{Clinic.Tenant}}}-provider"}}
        """;

    private static string Critical(int number) => $$$"""
        {"resourceType":"Observation","id":"critical-{{{number}}}","status":"final","subject":{"reference":"Patient/p1"},
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
         "code":{"coding":[{"system":"http://loinc.org","code":"2823-3","display":"Potassium"}]},
         "basedOn":[{"reference":"ServiceRequest/{{{Order}}}"}],
         "valueQuantity":{"value":7.5,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}
        """;

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given : otherwise;

    private static readonly Statement MakeDue = new("""
        update care_alert
        set due_at = @now
        where due_at is not null
        """);
}

public sealed class SqliteAlertCrashTests() : AlertCrashTests(Engine.Sqlite);

public sealed class PostgresAlertCrashTests() : AlertCrashTests(Engine.Postgres);
