using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Roles;

/// <summary>
/// The clients of the replaced services as scripts, with the client libraries that they have: each at the address of its service, which is
/// a process of its own on one database, or one process that listens at all addresses. What they hear is compared with the catalogue, field
/// by field.
/// </summary>
public abstract class ReplacedServicesTests(Engine engine)
{
    private static readonly NodePackage Node = new(Folder(), TimeSpan.FromMinutes(3));
    private static readonly string[] Stamp = ["eventId", "sequence", "occurredAt", "patientId"];

    [Fact]
    public async Task Clients_of_the_replaced_services_get_events_and_fields_word_for_word()
    {
        if (await Node.Install() is { } reason) Assert.Skip(reason);
        await using var services = await ThreeServices.Start(engine);

        var told = await Run(
            services.Record, services.Messages.Url, services.Charts.Url, services.Notifications.Url, () => services.Said);

        SaysTheCatalogue(told.GetProperty("admin"));
        SaysTheCatalogue(told.GetProperty("provider"));
        Assert.Equal(
            """
            patient:created patient:updated patient:insurance_verified
            appointment:created appointment:updated appointment:checkedin appointment:created appointment:cancelled
            encounter:created encounter:vitals_recorded encounter:completed encounter:signed
            biopsy:created biopsy:updated biopsy:result_received biopsy:reviewed
            claim:created claim:updated claim:submitted claim:denied claim:paid payment:received
            prior_auth:status_changed prior_auth:approved prior_auth:denied
            """.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).Distinct(),
            Names(told.GetProperty("admin")).Where(IsOfWorkflow).Order(StringComparer.Ordinal).Distinct());
        Assert.Equal(Names(told.GetProperty("admin")).Where(name => !IsMoney(name)), Names(told.GetProperty("provider")));
        Assert.Equal(Workflow(), told.GetProperty("routes").EnumerateArray().Select(route => route.GetString()));
        HasTheLists(told);
        IsTheAlert(told);
        IsTheNotification(told);
        IsTheChart(told);
        Assert.Equal(
            """{"updatesAtMessaging":"Invalid namespace","messagesAtNotifications":"Invalid namespace","messagesAtMessaging":"connected","chartAtNotifications":404,"fhirAtCharts":404,"alertsAtCharts":404}""",
            told.GetProperty("elsewhere").GetRawText());
        Figures.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"three processes on {engine}: the laboratory's write begins → critical_alert at the provider's socket {told.GetProperty("alertAfter").GetInt64()} ms"));
    }

    [Fact]
    public async Task One_process_serves_all_of_them_at_each_of_its_addresses()
    {
        if (await Node.Install() is { } reason) Assert.Skip(reason);
        await using var house = await RunningServer.StartOnAddresses(others: 2, engine);

        var told = await Run(house, house.Url, house.Also[0], house.Also[1], () => house.Said);

        Assert.Equal(Workflow(), told.GetProperty("routes").EnumerateArray().Select(route => route.GetString()));
        SaysTheCatalogue(told.GetProperty("provider"));
        IsTheAlert(told);
        IsTheNotification(told);
        IsTheChart(told);
        Assert.Equal(
            """{"updatesAtMessaging":"connected","messagesAtNotifications":"connected","messagesAtMessaging":"connected","chartAtNotifications":200,"fhirAtCharts":200,"alertsAtCharts":200}""",
            told.GetProperty("elsewhere").GetRawText());
    }

    private static async Task<JsonElement> Run(
        RunningServer record, string messaging, string charts, string notifications, Func<string> said)
    {
        var tokens = new Dictionary<string, string>();
        foreach (var role in new[] { "provider", "admin", "front_desk", "nurse", "lab", "billing", "service" })
        {
            using var person = record.SignIn(role);
            tokens[role] = await person.Token();
        }

        var addresses = new { messaging, charts, notifications, workflow = record.Url };
        var (exitCode, output) = await Node.Run(
            "node", ["clients.mjs", JsonSerializer.Serialize(addresses), JsonSerializer.Serialize(tokens)]);
        Assert.True(exitCode == 0, output + said());
        return JsonElement.Parse(output.Trim().Split('\n')[^1]);
    }

    /// <summary>Every route of the workflow that the contract names has answered.</summary>
    private static IEnumerable<string> Workflow() =>
        """
        GET /api/appointments
        GET /api/appointments/{id}
        GET /api/biopsies
        GET /api/claims
        GET /api/encounters
        GET /api/events
        GET /api/patients
        GET /api/patients/{id}
        GET /api/payments
        GET /api/prior-auths
        POST /api/appointments
        POST /api/appointments/{id}/reschedule
        POST /api/appointments/{id}/status
        POST /api/biopsies
        POST /api/biopsies/{id}/result
        POST /api/biopsies/{id}/review
        POST /api/claims
        POST /api/claims/{id}/status
        POST /api/claims/{id}/submit
        POST /api/encounters
        POST /api/encounters/{id}/complete
        POST /api/encounters/{id}/sign
        POST /api/encounters/{id}/vitals
        POST /api/events
        POST /api/patients
        POST /api/patients/{id}/insurance-verification
        POST /api/payments
        POST /api/prior-auths
        POST /api/prior-auths/{id}/status
        PUT /api/biopsies/{id}
        PUT /api/claims/{id}
        PUT /api/encounters/{id}
        PUT /api/patients/{id}
        """.Split('\n').Order(StringComparer.Ordinal);

    private static void HasTheLists(JsonElement told)
    {
        Assert.Equal(
            """
            {"appointments":2,"encounters":1,"biopsies":1,"claims":1,"payments":1,"prior-auths":2,"patients":[true],"phone":"+1 555 010 0199","start":"2027-03-01T10:00:00Z","log":["appointment.created","appointment.updated","appointment.checkedin","appointment.created","appointment.cancelled","radiology.study.complete"]}
            """,
            told.GetProperty("lists").GetRawText());
        Assert.Equal("""["accepted","duplicate"]""", told.GetProperty("published").GetRawText());
        foreach (var socket in (string[])["admin", "provider"])
            Assert.Contains("radiology:study_complete", Names(told.GetProperty(socket)));
    }

    /// <summary>Each payload has every field that its event must have, and none that the catalogue and the stamp do not name.</summary>
    private static void SaysTheCatalogue(JsonElement heard)
    {
        var contract = JsonElement.Parse(File.ReadAllText(Path.Combine(Programs.Repository, "docs", "contracts", "events.json")));
        var events = contract.GetProperty("events").EnumerateArray()
            .Where(each => each.GetProperty("socketName").ValueKind == JsonValueKind.String)
            .ToDictionary(each => each.GetProperty("socketName").GetString()!, StringComparer.Ordinal);
        foreach (var one in heard.EnumerateArray())
        {
            var name = one.GetProperty("name").GetString()!;
            var fields = events[name].GetProperty("fields").EnumerateObject().ToList();
            var given = one.GetProperty("payload").EnumerateObject().Select(field => field.Name).ToList();
            Assert.Empty(given.Except(fields.Select(field => field.Name)).Except(Stamp));
            Assert.Empty(fields.Where(field => !field.Value.GetString()!.EndsWith('?')).Select(field => field.Name).Except(given));
            Assert.Empty(Stamp.Except(given));
        }
    }

    private static void IsTheAlert(JsonElement told)
    {
        var alert = told.GetProperty("alert");
        Assert.Equal(
            ["details", "dueAt", "eventId", "id", "level", "message", "occurredAt", "owner", "patientId", "patientName", "priority",
                "requiresAcknowledgment", "sequence", "title", "type"],
            alert.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ("critical_lab_value", "urgent", "CRITICAL LAB VALUE", "CRITICAL: Potassium = 6.5 mmol/L", true, "Maya Tran", 1),
            (Text(alert, "type"), Text(alert, "priority"), Text(alert, "title"), Text(alert, "message"),
                alert.GetProperty("requiresAcknowledgment").GetBoolean(), Text(alert, "patientName"), alert.GetProperty("level").GetInt32()));
        Assert.Equal(
            """{"testName":"Potassium","value":6.5,"unit":"mmol/L","criticalReason":"Severe hyperkalemia"}""",
            alert.GetProperty("details").GetRawText());
        Assert.Equal("Test provider", Text(alert.GetProperty("owner"), "name"));
    }

    private static void IsTheNotification(JsonElement told)
    {
        var notification = told.GetProperty("notification");
        var (patient, report) = (Text(told, "patientId"), Text(told, "reportId"));
        Assert.Equal(
            ("lab_result_available", "Lab Results Available", patient, report),
            (Text(notification, "type"), Text(notification, "title"), Text(notification, "patientId"), Text(notification, "reportId")));
        Assert.Equal(
            $$"""{"type":"view_lab_result","url":"/patients/{{patient}}/labs/{{report}}"}""", notification.GetProperty("action").GetRawText());
    }

    private static void IsTheChart(JsonElement told)
    {
        var (chart, alert) = (told.GetProperty("chart"), told.GetProperty("alert"));
        Assert.Equal(
            ("Maya Tran", "1980-02-28", "MRN-1", 1),
            (Text(chart, "name"), Text(chart, "birthDate"), Text(chart, "mrn"), chart.GetProperty("encounterCount").GetInt32()));
        Assert.Equal(72, chart.GetProperty("latestVitals").GetProperty("heartRate").GetProperty("value").GetDecimal());
        var shown = Assert.Single(told.GetProperty("alerts").GetProperty("items").EnumerateArray().ToList());
        Assert.Equal((Text(alert, "id"), Text(alert, "message")), (Text(shown, "id"), Text(shown, "message")));
    }

    private static IEnumerable<string> Names(JsonElement heard) => heard.EnumerateArray().Select(one => one.GetProperty("name").GetString()!);

    private static bool IsOfWorkflow(string name) =>
        name.Split(':')[0] is "patient" or "appointment" or "encounter" or "biopsy" or "claim" or "payment" or "prior_auth"
        && name is not ("claim:status_changed" or "encounter:updated");

    private static bool IsMoney(string name) =>
        name.StartsWith("claim:", StringComparison.Ordinal) || name.StartsWith("payment:", StringComparison.Ordinal)
        || name == "patient:balance_changed";

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();

    private static string Folder([CallerFilePath] string file = "") => Path.Combine(Path.GetDirectoryName(file)!, "node");
}

public sealed class ReplacedServicesOnSqlite() : ReplacedServicesTests(Engine.Sqlite);

public sealed class ReplacedServicesOnPostgres() : ReplacedServicesTests(Engine.Postgres);
