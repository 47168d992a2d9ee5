using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Testing;

namespace Vagus.EndToEnd.Tests.Clustering;

/// <summary>
/// The replaced services' way: a laboratory's service in Node tells of critical values by NATS, the chart counts them, and the ordering
/// provider's socket.io-client hears of them; also of those that NATS was away for.
/// </summary>
public sealed class LaboratoryTests
{
    private static readonly NodePackage Web = new(Programs.Web, TimeSpan.FromMinutes(5));

    [Fact]
    public async Task Critical_values_of_a_service_in_Node_come_to_chart_and_socket_once_and_in_order_whatever_becomes_of_NATS()
    {
        if (await Prepare() is { } reason) Assert.Skip(reason);
        await using var nats = await NatsServer.Start();
        var data = ServerData.On(postgres: null);
        await using var server = await ServerWithSender.Start(data, nats, "lab");
        using var provider = server.SignIn("provider");
        var patient = (string)(await provider.Post(
            "/fhir/Patient", """{"resourceType":"Patient","name":[{"family":"Tran","given":["Maya"]}],"birthDate":"1980-02-28"}""")).Json["id"]!;
        await using var published = new PublishedEvents(nats.Url);
        var heard = new List<JsonElement>();
        await using var node = await Start(server, nats, await provider.Token(), heard);

        await Tell(node, heard, patient, 1);
        await Becomes(heard, 1, server);
        await nats.Stop();
        node.WriteLine(Value(patient, 2));
        node.WriteLine(Value(patient, 3));
        await Condition.Becomes(() => Has(heard, "waits", "critical-2"), "the laboratory waits for NATS", () => node.Said);
        Assert.True((await provider.Post("/fhir/Patient", """{"resourceType":"Patient","active":true}""")).Succeeded);
        await nats.StartAgain();
        await Becomes(heard, 3, server);
        var before = await Settled(published, data);
        await nats.Wipe();
        await nats.StartAgain();
        await Tell(node, heard, patient, 4);
        await Becomes(heard, 4, server);

        IsTheAlert(Alerts(heard)[0], patient);
        Assert.Equal(
            ["CRITICAL: Potassium = 6.1 mmol/L", "CRITICAL: Potassium = 6.2 mmol/L", "CRITICAL: Potassium = 6.3 mmol/L",
                "CRITICAL: Potassium = 6.4 mmol/L"],
            Alerts(heard).Select(alert => alert.GetProperty("message").GetString()));
        await Condition.Becomes(
            async () => (int?)(await provider.Get($"/api/aggregate/patients/{patient}")).Json["criticalAlertCount"] == 4,
            "the chart counts them", () => server.Said);
        var log = (await data.ReadLog(Clinic.Tenant)).Where(each => each.Type == "lab.critical.alert").Select(each => each.EventId);
        Assert.Equal(["critical-1", "critical-2", "critical-3", "critical-4"], log);
        var after = await Settled(published, data);
        Assert.Equal(before, after.Take(before.Count));
    }

    /// <summary>All that NATS is to be told, which ends with the last critical value of the log.</summary>
    private static async Task<List<(long? Sequence, string Id)>> Settled(PublishedEvents published, ServerData data)
    {
        var last = (await data.ReadLog(Clinic.Tenant)).Last(each => each.Type == "lab.critical.alert").EventId;
        List<(long? Sequence, string Id)> events = [];
        await Condition.Becomes(
            async () => await published.Count(Clinic.Tenant) > 0
                && (events = await published.Events(Clinic.Tenant)).Exists(each => each.Id == last),
            "NATS has all");
        Assert.Equal(events.OrderBy(each => each.Sequence).DistinctBy(each => each.Id), events);
        return events;
    }

    private static async Task<string?> Prepare()
    {
        if (await Web.Install() is { } missing) return missing;
        var (code, output) = await Web.Run("npm", ["run", "build", "-w", "@vagus/events", "--silent"]);
        return code == 0 ? null : output;
    }

    private static async Task<ChildProcess> Start(RunningServer server, NatsServer nats, string token, List<JsonElement> heard)
    {
        var script = Path.Combine(Programs.Repository, "tests", "Vagus.EndToEnd.Tests", "Clustering", "node", "laboratory.mjs");
        var node = ChildProcess.Start(
            ["node", script],
            new Dictionary<string, string>
            {
                ["SERVER"] = server.Url, ["NATS_URL"] = nats.Url, ["TOKEN"] = token, ["TENANT"] = Clinic.Tenant, ["SENDER"] = "lab",
                ["WEB"] = Programs.Web,
            },
            line =>
            {
                lock (heard) heard.Add(JsonElement.Parse(line));
            });
        await Condition.Becomes(() => Has(heard, "ready", value: null), "the laboratory is connected", () => node.Said);
        return node;
    }

    private static async Task Tell(ChildProcess node, List<JsonElement> heard, string patient, int number)
    {
        node.WriteLine(Value(patient, number));
        await Condition.Becomes(() => Has(heard, "kept", $"critical-{number}"), "NATS has it", () => node.Said);
    }

    private static string Value(string patient, int number) => new JsonObject
    {
        ["id"] = $"critical-{number}",
        ["patientId"] = patient,
        ["resource"] = $"Observation/potassium-{number}",
        ["observationId"] = $"potassium-{number}",
        ["testName"] = "Potassium",
        ["criticalReason"] = "Severe hyperkalemia",
        ["patientName"] = "Maya Tran",
        ["value"] = 6 + (number / 10m),
        ["unit"] = "mmol/L",
        ["orderingProviderId"] = $"{Clinic.Tenant}-provider",
    }.ToJsonString();

    private static Task Becomes(List<JsonElement> heard, int count, RunningServer server) => Condition.Becomes(
        () => Alerts(heard).Count == count, $"{count} alerts come", () => $"{Alerts(heard).Count} came. {server.Said}");

    private static List<JsonElement> Alerts(List<JsonElement> heard)
    {
        lock (heard) return [.. heard.Where(line => line.TryGetProperty("alert", out _)).Select(line => line.GetProperty("alert"))];
    }

    private static bool Has(List<JsonElement> heard, string name, string? value)
    {
        lock (heard) return heard.Exists(line => line.TryGetProperty(name, out var told) && (value is null || told.GetString() == value));
    }

    private static void IsTheAlert(JsonElement alert, string patient)
    {
        Assert.Equal(
            ["details", "dueAt", "eventId", "id", "level", "message", "occurredAt", "owner", "patientId", "patientName", "priority",
                "requiresAcknowledgment", "sequence", "title", "type"],
            alert.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ("critical_lab_value", "urgent", "CRITICAL LAB VALUE", patient, "Maya Tran", true, 1),
            (Text(alert, "type"), Text(alert, "priority"), Text(alert, "title"), Text(alert, "patientId"), Text(alert, "patientName"),
                alert.GetProperty("requiresAcknowledgment").GetBoolean(), alert.GetProperty("level").GetInt32()));
        Assert.Equal(
            """{"testName":"Potassium","value":6.1,"unit":"mmol/L","criticalReason":"Severe hyperkalemia"}""",
            alert.GetProperty("details").GetRawText());
        Assert.Equal("Test provider", Text(alert.GetProperty("owner"), "name"));
    }

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();
}
