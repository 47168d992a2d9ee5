using System.Globalization;
using System.Text.Json;
using Vagus.Storage.Log;

namespace Vagus.Fhir.Api.Tests.Charts;

/// <summary>What a chart says of a record, and how each change of the record changes it.</summary>
public abstract class ChartTests(FhirServer server)
{
    [Fact]
    public async Task A_new_patient_has_a_new_chart()
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(Records.Patient("p1"));

        var chart = await clinic.Chart("p1");

        Assert.Equal(
            ("p1", "Maya Okafor", "1980-05-04", "female", "mrn-p1"),
            (Text(chart, "patientId"), Text(chart, "name"), Text(chart, "birthDate"), Text(chart, "sex"), Text(chart, "mrn")));
        Assert.True(chart.GetProperty("age").GetInt32() >= 45);
        Assert.Equal(0, Number(chart, "encounterCount") + Number(chart, "criticalAlertCount") + Number(chart, "unreadResultCount"));
        Assert.Equal(JsonValueKind.Null, chart.GetProperty("latestVitals").GetProperty("heartRate").ValueKind);
        Assert.Equal(await clinic.Head(), Number(chart, "sequence"));
        Assert.Empty(chart.GetProperty("withheld").EnumerateArray());
    }

    [Fact]
    public async Task An_active_allergy_is_in_the_chart_and_among_its_alerts_until_it_is_resolved()
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(Records.Patient("p1"), Records.Allergy("a1", "p1"), Records.Allergy("a2", "p1", "inactive"));
        var before = await clinic.Chart("p1");
        await clinic.Write(Records.Allergy("a1", "p1", "resolved"));

        var after = await clinic.Chart("p1");

        var allergy = Assert.Single(before.GetProperty("allergies").EnumerateArray());
        Assert.Equal(
            ("a1", "Penicillin a1", "high", "2026-01-02", "Hives"),
            (Text(allergy, "id"), Text(allergy, "display"), Text(allergy, "criticality"), Text(allergy, "recordedAt"),
                allergy.GetProperty("reactions")[0].GetString()));
        Assert.Equal(1, Number(before, "criticalAlertCount"));
        Assert.Equal("allergy", Text(before.GetProperty("criticalAlerts")[0], "type"));
        Assert.Empty(after.GetProperty("allergies").EnumerateArray());
        Assert.Equal(0, Number(after, "criticalAlertCount"));
    }

    [Fact]
    public async Task Medications_diagnoses_and_encounters_of_now_are_in_the_chart()
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(
            Records.Patient("p1"), Records.Prescription("m1", "p1"), Records.Prescription("m2", "p1", "stopped"),
            Records.Condition("c1", "p1"), Records.Condition("c2", "p1", "resolved"),
            Records.EncounterOf("e1", "p1", "finished", "2026-03-01T09:00:00Z"), Records.EncounterOf("e2", "p1", start: "2026-03-05T09:00:00Z"),
            Records.EncounterOf("e3", "p1", "planned", "2027-03-05T09:00:00Z"));

        var chart = await clinic.Chart("p1");

        var medication = Assert.Single(chart.GetProperty("medications").EnumerateArray());
        Assert.Equal(
            ("m1", "Lisinopril 10 MG", "once daily", "active", "2026-02-01", "dr-1"),
            (Text(medication, "id"), Text(medication, "display"), Text(medication, "dosage"), Text(medication, "status"),
                Text(medication, "prescribedAt"), Text(medication, "prescriberId")));
        Assert.Equal("314076", Text(medication.GetProperty("code"), "code"));
        var diagnosis = Assert.Single(chart.GetProperty("activeDiagnoses").EnumerateArray());
        Assert.Equal(("c1", "Hypertension", "2020-03"), (Text(diagnosis, "id"), Text(diagnosis, "display"), Text(diagnosis, "onset")));
        Assert.Equal(2, Number(chart, "encounterCount"));
        Assert.StartsWith("2026-03-05T09:00:00", Text(chart, "lastEncounterAt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_newest_of_each_vital_sign_is_in_the_chart()
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(
            Records.Patient("p1"), Records.Vital("v1", "p1", "8867-4", 71, "/min", "2026-03-02T09:00:00Z"),
            Records.Vital("v2", "p1", "8867-4", 64, "/min", "2026-03-01T09:00:00Z"), Records.Vital("v3", "p1", "8310-5", 36.9m, "Cel"),
            Records.Pressure("v4", "p1", 128, 82));

        var vitals = (await clinic.Chart("p1")).GetProperty("latestVitals");

        Assert.Equal(71, vitals.GetProperty("heartRate").GetProperty("value").GetDecimal());
        Assert.Equal(("/min", "2026-03-02T09:00:00Z"), (Text(vitals.GetProperty("heartRate"), "unit"), Text(vitals.GetProperty("heartRate"), "at")));
        Assert.Equal(36.9m, vitals.GetProperty("temperature").GetProperty("value").GetDecimal());
        Assert.Equal(("128/82", "mmHg"), (Text(vitals.GetProperty("bloodPressure"), "value"), Text(vitals.GetProperty("bloodPressure"), "unit")));
        Assert.Equal(JsonValueKind.Null, vitals.GetProperty("weight").ValueKind);
    }

    [Fact]
    public async Task An_order_is_pending_until_its_result_or_study_is_there()
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(
            Records.Patient("p1"), Records.Order("o1", "p1"), Records.Order("o2", "p1"), Records.Order("o3", "p1", "RAD"));
        var before = await clinic.Chart("p1");
        await clinic.Write(Records.Report("r1", "p1", "preliminary", order: "o1"));
        var preliminary = await clinic.Chart("p1");
        await clinic.Write(
            Records.Report("r1", "p1", order: "o1"), Records.Order("o2", "p1", status: "revoked"), Records.Study("s1", "p1", "o3"));

        var after = await clinic.Chart("p1");

        Assert.Equal((2, 1), (Number(before, "pendingLabOrders"), Number(before, "pendingImagingOrders")));
        Assert.Equal(2, Number(preliminary, "pendingLabOrders"));
        Assert.Equal((0, 0), (Number(after, "pendingLabOrders"), Number(after, "pendingImagingOrders")));
    }

    [Fact]
    public async Task A_result_is_unread_until_it_is_viewed_and_again_once_it_is_amended()
    {
        var clinic = await ChartClinic.Open(server);
        var provider = await clinic.Clinic.Provider();
        await clinic.Write(
            Records.Patient("p1"), Records.Report("r1", "p1"), Records.Report("r2", "p1", "preliminary"), Records.Report("r3", "p1", category: "RAD"));
        var before = await clinic.Chart("p1");

        (await clinic.View("p1", "r1", provider)).Is(204);
        var viewed = await clinic.Chart("p1");
        (await clinic.View("p1", "r1", provider)).Is(204);
        var twice = await clinic.Chart("p1");
        await clinic.Write(Records.Report("r1", "p1", "amended"));
        var amended = await clinic.Chart("p1");

        Assert.Equal(
            (2, 1, 1, 2),
            (Number(before, "unreadResultCount"), Number(viewed, "unreadResultCount"), Number(twice, "unreadResultCount"),
                Number(amended, "unreadResultCount")));
    }

    [Fact]
    public async Task A_viewing_is_one_event_and_one_entry_of_the_audit()
    {
        var clinic = await ChartClinic.Open(server);
        var provider = await clinic.Clinic.Provider();
        await clinic.Write(Records.Patient("p1"), Records.Report("r1", "p1"));

        (await clinic.View("p1", "r1", provider)).Is(204);

        var events = (await clinic.Clinic.Log()).Where(logged => logged.Type == "lab.result.viewed");
        var told = Assert.Single(events);
        Assert.Equal("DiagnosticReport/r1/_history/1", told.Resource);
        var lab = Assert.Single(await clinic.List("p1", "labs"));
        Assert.True(lab.GetProperty("isViewed").GetBoolean());
        Assert.Equal(told.UserId, Text(Assert.Single(lab.GetProperty("viewings").EnumerateArray()), "userId"));
        var lines = await clinic.List("p1", "audit");
        Assert.Single(lines, line => Text(line, "resourceId") == "r1" && Text(line, "userId") == told.UserId && Text(line, "action") == "read");
    }

    [Fact]
    public async Task A_critical_value_is_an_alert_until_the_alert_that_is_raised_for_it_is_resolved()
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(
            Records.Patient("p1"), Records.Value("k", "p1", 6.5m, "HH"), Records.Report("r1", "p1", results: ["k"]));
        var before = await clinic.Chart("p1");
        var source = Assert.Single(await clinic.Clinic.Log(), logged => logged.Type == "lab.critical.alert");
        await Tell.Raised(clinic.Clinic, "alert-1", "p1", source);
        var raised = await clinic.Chart("p1");
        await Tell.Acknowledged(clinic.Clinic, "alert-1", "p1");
        var acknowledged = await clinic.Chart("p1");
        await Tell.Resolved(clinic.Clinic, "alert-1", "p1");

        var resolved = await clinic.Chart("p1");

        var first = Assert.Single(before.GetProperty("criticalAlerts").EnumerateArray());
        Assert.Equal(
            ("CRITICAL LAB VALUE", "CRITICAL: Potassium = 6.5 mmol/L", "raised", "Maya Okafor"),
            (Text(first, "title"), Text(first, "message"), Text(first, "state"), Text(first, "patientName")));
        var second = Assert.Single(raised.GetProperty("criticalAlerts").EnumerateArray());
        Assert.Equal(("alert-1", "CRITICAL: Potassium = 6.5 mmol/L"), (Text(second, "id"), Text(second, "message")));
        Assert.Equal("acknowledged", Text(acknowledged.GetProperty("criticalAlerts")[0], "state"));
        Assert.Equal((1, 0), (Number(acknowledged, "criticalAlertCount"), Number(resolved, "criticalAlertCount")));
        var lab = Assert.Single(await clinic.List("p1", "labs"));
        Assert.True(lab.GetProperty("hasCriticalValue").GetBoolean());
        Assert.Equal(
            (6.5m, "mmol/L", "3.5-5.1", "HH", true),
            (lab.GetProperty("tests")[0].GetProperty("value").GetDecimal(), Text(lab.GetProperty("tests")[0], "unit"),
                Text(lab.GetProperty("tests")[0], "range"), Text(lab.GetProperty("tests")[0], "interpretation"),
                lab.GetProperty("tests")[0].GetProperty("isCritical").GetBoolean()));
    }

    [Fact]
    public async Task A_corrected_critical_value_takes_the_place_of_the_one_before_and_goes_with_its_alert()
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(Records.Patient("p1"), Records.Value("k", "p1", 6.5m, "HH"));
        await Tell.Raised(clinic.Clinic, "alert-1", "p1", await LastCritical(clinic));
        await Tell.Acknowledged(clinic.Clinic, "alert-1", "p1");
        await clinic.Write(Records.Value("k", "p1", 6.9m, "HH", "corrected"));
        await Tell.Raised(clinic.Clinic, "alert-1", "p1", await LastCritical(clinic));

        var anew = Assert.Single((await clinic.Chart("p1")).GetProperty("criticalAlerts").EnumerateArray());
        await Tell.Resolved(clinic.Clinic, "alert-1", "p1");

        Assert.Equal(
            ("alert-1", "raised", "CRITICAL: Potassium = 6.9 mmol/L"), (Text(anew, "id"), Text(anew, "state"), Text(anew, "message")));
        Assert.Equal(0, Number(await clinic.Chart("p1"), "criticalAlertCount"));
    }

    [Fact]
    public async Task A_critical_value_that_does_not_hold_is_critical_no_longer_and_its_alert_says_so_until_it_is_resolved()
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(Records.Patient("p1"), Records.Value("k", "p1", 6.5m, "HH"), Records.Report("r1", "p1", results: ["k"]));
        await Tell.Raised(clinic.Clinic, "alert-1", "p1", await LastCritical(clinic));
        await clinic.Write(Records.Value("k", "p1", 4.1m, "N", "corrected"));
        var between = (await clinic.Chart("p1")).GetProperty("criticalAlerts").EnumerateArray().Select(each => Text(each, "message"));
        var source = (await clinic.Clinic.Log()).FindLast(logged => logged.Type == "lab.critical.corrected")!;
        await Tell.Raised(clinic.Clinic, "alert-1", "p1", source);

        var alert = Assert.Single((await clinic.Chart("p1")).GetProperty("criticalAlerts").EnumerateArray());
        var lab = Assert.Single(await clinic.List("p1", "labs"));
        await Tell.Resolved(clinic.Clinic, "alert-1", "p1");

        Assert.Contains("CORRECTED: Potassium = 4.1 mmol/L, was 6.5 mmol/L", between);
        Assert.Equal(
            ("alert-1", "CORRECTED LAB VALUE", "CORRECTED: Potassium = 4.1 mmol/L, was 6.5 mmol/L"),
            (Text(alert, "id"), Text(alert, "title"), Text(alert, "message")));
        Assert.False(lab.GetProperty("hasCriticalValue").GetBoolean());
        Assert.Equal(0, Number(await clinic.Chart("p1"), "criticalAlertCount"));
    }

    [Fact]
    public async Task What_raises_no_alert_since_it_repeats_one_or_was_imported_is_critical_and_no_alert()
    {
        var clinic = await ChartClinic.Open(server);
        var old = Records.Value("old", "p1", 7.1m, "HH", at: "2019-03-02T08:00:00Z");
        await clinic.Write(
            Records.Patient("p1"), Records.Value("k", "p1", 6.5m, "HH"), Records.Value("twin", "p1", 6.5m, "HH"), old,
            Records.Report("r1", "p1", results: ["twin"]));

        var chart = await clinic.Chart("p1");

        Assert.Equal(3, (await clinic.Clinic.Log()).Count(logged => logged.Type == "lab.critical.alert"));
        Assert.Equal(1, Number(chart, "criticalAlertCount"));
        Assert.True(Assert.Single(await clinic.List("p1", "labs")).GetProperty("hasCriticalValue").GetBoolean());
    }

    private static async Task<LoggedEvent> LastCritical(ChartClinic clinic) =>
        (await clinic.Clinic.Log()).FindLast(logged => logged.Type == "lab.critical.alert")!;

    [Fact]
    public async Task Each_list_has_its_items_with_what_belongs_to_them()
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(
            Records.Patient("p1"), Records.EncounterOf("e1", "p1"), Records.Condition("c1", "p1", encounter: "e1"),
            Records.Vital("v1", "p1", "8867-4", 71, "/min", encounter: "e1"), Records.Order("o1", "p1", encounter: "e1"),
            Records.Prescription("m1", "p1", encounter: "e1"), Records.Dispense("d1", "p1", "m1"), Records.Issue("i1", "p1", "m1"),
            Records.Issue("i2", "p1", "m1", "ALGY"), Records.Study("s1", "p1", "o9"),
            Records.Report("x1", "p1", category: "RAD", study: "s1"), Records.Report("x2", "p1", category: "RAD"));
        (await clinic.Writer.Create(Sample.Provenance("Encounter/e1"))).Is(201);

        var encounter = Assert.Single(await clinic.List("p1", "encounters"));
        var medication = Assert.Single(await clinic.List("p1", "medications"));
        var imaging = await clinic.List("p1", "imaging");

        Assert.Equal(("AMB", "dr-1", "Follow-up"), (Text(encounter, "class"), Text(encounter, "providerId"), Text(encounter, "reason")));
        Assert.Equal("Hypertension", Text(Assert.Single(encounter.GetProperty("diagnoses").EnumerateArray()), "display"));
        Assert.Equal(71, encounter.GetProperty("vitals").GetProperty("heartRate").GetProperty("value").GetDecimal());
        Assert.Equal(["medication", "lab"], encounter.GetProperty("orders").EnumerateArray().Select(order => Text(order, "kind")));
        Assert.True(encounter.GetProperty("isSigned").GetBoolean());
        var dispense = Assert.Single(medication.GetProperty("dispenses").EnumerateArray());
        Assert.Equal((30m, "Corner Pharmacy"), (dispense.GetProperty("quantity").GetDecimal(), Text(dispense, "by")));
        Assert.Equal("Raises potassium", Text(Assert.Single(medication.GetProperty("interactionWarnings").EnumerateArray()), "text"));
        Assert.Single(medication.GetProperty("allergyWarnings").EnumerateArray());
        Assert.Equal(["x2", "s1"], imaging.Select(item => Text(item, "id")));
        Assert.Equal(("CT", "x1", "Nothing unusual"), (
            Text(imaging[1], "modality"), Text(imaging[1].GetProperty("report"), "id"), Text(imaging[1].GetProperty("report"), "impression")));
        Assert.Equal("1.2.3.4", Text(imaging[1].GetProperty("images")[0], "instanceUid"));
    }

    [Fact]
    public async Task Pages_of_a_list_are_cut_by_place_and_repeat_nothing()
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write([Records.Patient("p1"), .. Enumerable.Range(1, 7).Select(number => Records.EncounterOf(
            $"e{number}", "p1", "finished", $"2026-0{(number < 4 ? 1 : 2)}-01T09:00:00Z"))]);
        var seen = new List<string?>();
        string? cursor = null;
        do
        {
            var page = (await clinic.Get("p1", "/encounters", query: $"?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}")).Is(200).Json;
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => Text(item, "id")));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(["e7", "e6", "e5", "e4", "e3", "e2", "e1"], seen);
    }

    [Fact]
    public async Task A_chart_that_the_client_has_is_not_sent_again()
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(Records.Patient("p1"), Records.Patient("p2"));
        var first = (await clinic.Get("p1")).Is(200);
        await clinic.Write(Records.Allergy("a1", "p2"));

        (await clinic.Get("p1", tag: first.ETag)).Is(304);
        await clinic.Write(Records.Allergy("a2", "p1"));

        (await clinic.Get("p1", tag: first.ETag)).Is(200);
    }

    [Theory]
    [InlineData("/labs")]
    [InlineData("/imaging")]
    [InlineData("/medications")]
    public async Task A_list_tells_up_to_where_its_chart_was_made_and_stays_the_same_while_others_change(string list)
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(Records.Patient("p1"), Records.Patient("p2"));
        var first = (await clinic.Get("p1", list)).Is(200);
        await clinic.Write(Records.Allergy("a1", "p2"));
        await clinic.CatchUp();

        var second = (await clinic.Get("p1", list)).Is(200);

        Assert.True(MadeUpTo(second) > MadeUpTo(first));
        Assert.InRange(MadeUpTo(second), 1, await clinic.Head());
        (await clinic.Get("p1", list, tag: first.ETag)).Is(304);
    }

    private static long MadeUpTo(Answer answer) =>
        long.Parse(answer.Headers.GetValues("Vagus-Sequence").Single(), CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("/labs?limit=0", "invalid_request")]
    [InlineData("/labs?limit=201", "invalid_request")]
    [InlineData("/labs?cursor=x", "invalid_request")]
    [InlineData("?asOf=yesterday", "invalid_request")]
    [InlineData("?patient=p2", "unknown_field")]
    public async Task What_cannot_be_read_is_refused(string path, string code)
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(Records.Patient("p1"));

        var refused = (await clinic.Get("p1", path)).Is(400);

        Assert.Equal(code, Text(refused.Json, "code"));
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static long Number(JsonElement json, string name) => json.GetProperty(name).GetInt64();
}

public sealed class ChartOnSqlite(SqliteChartServer server) : ChartTests(server);

public sealed class ChartOnPostgres(PostgresChartServer server) : ChartTests(server);
