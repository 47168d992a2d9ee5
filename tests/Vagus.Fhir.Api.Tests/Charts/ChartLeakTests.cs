using System.Text.Json;
using Vagus.Access.Settings;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Charts;

/// <summary>A chart shows each caller what the caller may see by the rights and labels of now, and counts nothing else.</summary>
public abstract class ChartLeakTests(FhirServer server)
{
    private static readonly string Hidden = """,""" + Sample.Labelled("HIV")[1..];

    [Fact]
    public async Task A_record_that_is_labelled_later_vanishes_from_lists_and_counts()
    {
        var clinic = await Full();
        var plain = await clinic.Clinic.Provider(seesSensitive: false);
        var before = await clinic.Chart("p1", plain);
        await clinic.Write(
            Records.Allergy("a1", "p1", more: Hidden), Records.Prescription("m1", "p1", encounter: "e1", more: Hidden),
            Records.Condition("c1", "p1", encounter: "e1", more: Hidden),
            Records.EncounterOf("e1", "p1", more: Hidden), Records.Order("o1", "p1", more: Hidden),
            Records.Vital("v1", "p1", "8867-4", 71, "/min", encounter: "e1", more: Hidden),
            Records.Value("k", "p1", 6.5m, "HH", more: Hidden), Records.Report("r1", "p1", results: ["k"], more: Hidden));

        var after = await clinic.Chart("p1", plain);
        var allowed = await clinic.Chart("p1");

        Assert.Equal((1, 1, 1, 1, 1, 1, 2), Numbers(before));
        Assert.Equal((0, 0, 0, 0, 0, 0, 0), Numbers(after));
        Assert.Equal((1, 1, 1, 1, 1, 1, 2), Numbers(allowed));
        Assert.Equal(JsonValueKind.Null, after.GetProperty("latestVitals").GetProperty("heartRate").ValueKind);
        Assert.Equal(JsonValueKind.Null, after.GetProperty("lastEncounterAt").ValueKind);
        foreach (var list in new[] { "labs", "medications", "encounters" })
        {
            Assert.Empty(await clinic.List("p1", list, plain));
            Assert.Single(await clinic.List("p1", list));
        }

        Assert.DoesNotContain("Penicillin", (await clinic.Get("p1", "/alerts", plain)).Is(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_label_counts_from_the_commit_on_also_while_the_charts_are_behind()
    {
        var clinic = await Full();
        var plain = await clinic.Clinic.Provider(seesSensitive: false);
        await clinic.Chart("p1", plain);
        (await clinic.Writer.Put("AllergyIntolerance/a1", Records.Allergy("a1", "p1", more: Hidden))).Is(200);

        var chart = (await plain.Send(HttpMethod.Get, "/api/aggregate/patients/p1", body: (string?)null)).Is(200).Json;

        Assert.Empty(chart.GetProperty("allergies").EnumerateArray());
    }

    [Fact]
    public async Task A_part_that_is_hidden_is_not_on_what_it_belongs_to()
    {
        var clinic = await Full();
        var plain = await clinic.Clinic.Provider(seesSensitive: false);
        await clinic.Write(
            Records.Value("k", "p1", 6.5m, "HH", more: Hidden), Records.Condition("c1", "p1", encounter: "e1", more: Hidden),
            Records.Issue("i1", "p1", "m1").Replace("\"status\":\"final\"", "\"status\":\"final\"" + Hidden, StringComparison.Ordinal));

        var lab = Assert.Single(await clinic.List("p1", "labs", plain));
        var encounter = Assert.Single(await clinic.List("p1", "encounters", plain));
        var medication = Assert.Single(await clinic.List("p1", "medications", plain));

        Assert.Empty(lab.GetProperty("tests").EnumerateArray());
        Assert.Empty(lab.GetProperty("criticalAlerts").EnumerateArray());
        Assert.False(lab.GetProperty("hasCriticalValue").GetBoolean());
        Assert.Empty(encounter.GetProperty("diagnoses").EnumerateArray());
        Assert.Empty(medication.GetProperty("interactionWarnings").EnumerateArray());
    }

    [Fact]
    public async Task A_patient_gets_the_own_chart_with_released_results_and_no_other()
    {
        var clinic = await Full();
        await clinic.Write(
            Records.Patient("p2"), Records.Report("r2", "p1", "preliminary", order: "o1"), Records.Report("r3", "p1", more: Sample.Labelled("NOPAT")),
            Records.Value("n", "p1", 4, status: "preliminary"));
        var patient = await clinic.Clinic.Patient("p1");
        var proxy = await clinic.Clinic.Patient("p9", "p1");

        foreach (var person in new[] { patient, proxy })
        {
            var chart = await clinic.Chart("p1", person);
            Assert.Equal(1, chart.GetProperty("unreadResultCount").GetInt64());
            Assert.Equal(1, chart.GetProperty("pendingLabOrders").GetInt64());
            Assert.Equal(["r1"], (await clinic.List("p1", "labs", person)).Select(lab => lab.GetProperty("id").GetString()));
            Assert.DoesNotContain("critical_lab_value", chart.GetRawText(), StringComparison.Ordinal);
            foreach (var path in new[] { "", "/alerts", "/labs", "/imaging", "/medications", "/encounters" })
                (await clinic.Get("p2", path, person)).Is(404);
            (await clinic.Get("p1", "/audit", person)).Is(403);
            (await clinic.View("p1", "r3", person)).Is(404);
            (await clinic.View("p1", "r2", person)).Is(404);
        }

        (await clinic.View("p1", "r1", patient)).Is(204);
        Assert.Equal(0, (await clinic.Chart("p1", patient)).GetProperty("unreadResultCount").GetInt64());
        // What the patient has opened is not read by the clinic.
        Assert.Equal(2, (await clinic.Chart("p1")).GetProperty("unreadResultCount").GetInt64());
        Assert.Empty(Assert.Single(await clinic.List("p1", "labs"), IsR1).GetProperty("viewings").EnumerateArray());
    }

    [Theory]
    [InlineData(Role.FrontDesk, "encounters", "allergies medications latestVitals activeDiagnoses pendingLabOrders pendingImagingOrders criticalAlerts unreadResultCount")]
    [InlineData(Role.Billing, "", "allergies medications latestVitals activeDiagnoses encounters pendingLabOrders pendingImagingOrders criticalAlerts unreadResultCount")]
    [InlineData(Role.Lab, "labs", "allergies medications latestVitals activeDiagnoses encounters pendingImagingOrders criticalAlerts")]
    [InlineData(Role.Radiology, "imaging", "allergies medications latestVitals activeDiagnoses encounters pendingLabOrders criticalAlerts")]
    [InlineData(Role.Pharmacy, "medications", "latestVitals activeDiagnoses encounters pendingLabOrders pendingImagingOrders criticalAlerts unreadResultCount")]
    [InlineData(Role.Nurse, "labs imaging medications encounters", "")]
    public async Task A_role_sees_what_its_events_tell(Role role, string lists, string withheld)
    {
        var clinic = await Full();
        await clinic.Write(Records.Study("s1", "p1", "o7"), Records.Report("x1", "p1", category: "RAD", study: "s1"));
        var person = await clinic.Clinic.Has(role, seesSensitive: true);

        var chart = await clinic.Chart("p1", person);

        Assert.Equal("Maya Okafor", chart.GetProperty("name").GetString());
        Assert.Equal(
            withheld.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            chart.GetProperty("withheld").EnumerateArray().Select(part => part.GetString()));
        foreach (var list in new[] { "labs", "imaging", "medications", "encounters" })
            Assert.Equal(lists.Split(' ').Contains(list), (await clinic.List("p1", list, person)).Count > 0);
        var (allergies, medications, diagnoses, encounters, labOrders, unread, alerts) = Numbers(chart);
        Assert.Equal(
            (role is Role.Pharmacy or Role.Nurse, role is Role.Pharmacy or Role.Nurse, role is Role.Nurse,
                role is Role.FrontDesk or Role.Nurse, role is Role.Lab or Role.Nurse,
                role is Role.Lab or Role.Radiology or Role.Nurse, role is Role.Pharmacy or Role.Nurse),
            (allergies > 0, medications > 0, diagnoses > 0, encounters > 0, labOrders > 0, unread > 0, alerts > 0));
    }

    [Fact]
    public async Task A_tenant_takes_parts_of_a_chart_away_from_a_role()
    {
        var clinic = await Full();
        var nurse = await clinic.Clinic.Has(Role.Nurse);
        (await clinic.Writer.Send(
            HttpMethod.Put, "/api/admin/settings/policy", """{"nurse":{"read":["MedicationRequest"]}}""", AsJson)).IsDone();
        (await clinic.Writer.Send(
            HttpMethod.Put, "/api/admin/settings/visibility", """{"nurse":["lab.*"]}""", AsJson)).IsDone();

        var chart = await clinic.Chart("p1", nurse);

        Assert.Empty(chart.GetProperty("medications").EnumerateArray());
        Assert.Equal((0, 0), (chart.GetProperty("unreadResultCount").GetInt64(), chart.GetProperty("pendingLabOrders").GetInt64()));
        Assert.Empty(await clinic.List("p1", "labs", nurse));
        Assert.Single(chart.GetProperty("allergies").EnumerateArray());
    }

    [Fact]
    public async Task Another_tenants_chart_a_driver_and_a_stranger_find_nothing()
    {
        var (clinic, other) = (await Full(), await Full("q1"));
        var elsewhere = await other.Clinic.Provider();
        var driver = await clinic.Clinic.Has(Role.Driver, practitioner: "d1");

        foreach (var path in new[] { "", "/alerts", "/labs", "/imaging", "/medications", "/encounters" })
        {
            (await clinic.Get("p1", path, elsewhere)).Is(404);
            (await other.Get("q1", path, await clinic.Clinic.Provider())).Is(404);
            (await clinic.Get("p1", path, driver)).Is(403);
            (await clinic.Get("p1", path, new Person(server, token: null))).Is(401);
        }

        (await clinic.View("p1", "r1", elsewhere)).Is(404);
        Assert.DoesNotContain(await clinic.Clinic.Log(), logged => logged.Type == "lab.result.viewed");
    }

    [Fact]
    public async Task A_record_that_moves_to_another_patient_leaves_the_first_chart()
    {
        var clinic = await Full();
        await clinic.Write(Records.Patient("p2"), Records.Allergy("a1", "p2"), Records.Report("r1", "p2"));
        var first = await clinic.Clinic.Patient("p1");

        Assert.Empty((await clinic.Chart("p1")).GetProperty("allergies").EnumerateArray());
        Assert.Empty((await clinic.Chart("p1", first)).GetProperty("allergies").EnumerateArray());
        Assert.Equal(0, (await clinic.Chart("p1")).GetProperty("unreadResultCount").GetInt64());
        Assert.Single((await clinic.Chart("p2")).GetProperty("allergies").EnumerateArray());
        Assert.Equal(1, (await clinic.Chart("p2")).GetProperty("unreadResultCount").GetInt64());
    }

    [Fact]
    public async Task Each_look_at_a_chart_is_in_the_audit_with_what_it_showed()
    {
        var clinic = await Full();
        var provider = await clinic.Clinic.Provider();

        (await clinic.Get("p1", by: provider)).Is(200);

        var looks = (await clinic.List("p1", "audit")).Where(line => line.GetProperty("action").GetString() == "operation").ToList();
        Assert.Equal(("Patient", "p1"), (looks[0].GetProperty("resourceType").GetString(), looks[0].GetProperty("resourceId").GetString()));
        var entry = (await clinic.Writer.Send(HttpMethod.Get, "/api/audit?patientId=p1&action=operation", body: (string?)null)).Is(200).Json
            .GetProperty("items")[0];
        Assert.Equal("chart", entry.GetProperty("detail").GetString());
        Assert.Contains("AllergyIntolerance/a1/1", entry.GetProperty("shown").EnumerateArray().Select(shown => shown.GetString()));
    }

    /// <summary>A patient with one record of each kind.</summary>
    private async Task<ChartClinic> Full(string patient = "p1")
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(
            Records.Patient(patient), Records.EncounterOf("e1", patient), Records.Allergy("a1", patient),
            Records.Prescription("m1", patient, encounter: "e1"), Records.Condition("c1", patient, encounter: "e1"),
            Records.Vital("v1", patient, "8867-4", 71, "/min", encounter: "e1"), Records.Order("o1", patient),
            Records.Value("k", patient, 6.5m, "HH"), Records.Report("r1", patient, results: ["k"]));
        return clinic;
    }

    /// <summary>Allergies, medications, diagnoses, encounters, pending laboratory orders, unread results, critical alerts.</summary>
    private static (long, long, long, long, long, long, long) Numbers(JsonElement chart) => (
        chart.GetProperty("allergies").GetArrayLength(), chart.GetProperty("medications").GetArrayLength(),
        chart.GetProperty("activeDiagnoses").GetArrayLength(), chart.GetProperty("encounterCount").GetInt64(),
        chart.GetProperty("pendingLabOrders").GetInt64(), chart.GetProperty("unreadResultCount").GetInt64(),
        chart.GetProperty("criticalAlertCount").GetInt64());

    private static bool IsR1(JsonElement lab) => lab.GetProperty("id").GetString() == "r1";

    private static void AsJson(HttpRequestMessage request) => request.Content!.Headers.ContentType!.MediaType = "application/json";
}

internal static class Done
{
    public static void IsDone(this Answer answer) => Assert.True(answer.Status is 200 or 204, $"{answer.Status} {answer.Text}");
}

public sealed class ChartLeaksOnSqlite(SqliteChartServer server) : ChartLeakTests(server);

public sealed class ChartLeaksOnPostgres(PostgresChartServer server) : ChartLeakTests(server);
