using System.Text.Json;

namespace Vagus.Fhir.Api.Tests.Charts;

/// <summary>The fields of each answer about a chart, to the letter: clients are written by them.</summary>
public abstract class ChartShapeTests(FhirServer server)
{
    private const string Alert =
        "id type title message priority patientId patientName details requiresAcknowledgment owner level dueAt state";

    private const string Viewing = "userId name at";

    [Fact]
    public async Task A_chart_has_its_fields()
    {
        var clinic = await Filled();

        var chart = await clinic.Chart("p1");

        Is(chart, """
            patientId name birthDate age sex mrn allergies medications latestVitals activeDiagnoses lastEncounterAt encounterCount
            pendingLabOrders pendingImagingOrders criticalAlertCount unreadResultCount criticalAlerts sequence updatedAt withheld truncated
            """);
        Is(First(chart, "allergies"), "id display code criticality reactions recordedAt");
        Is(First(chart, "medications"), "id display code dosage status prescribedAt prescriberId");
        Is(First(chart, "medications").GetProperty("code"), "code system display");
        var vitals = chart.GetProperty("latestVitals");
        Is(vitals, "heartRate bloodPressure temperature respiratoryRate oxygenSaturation weight height");
        Is(vitals.GetProperty("heartRate"), "value unit at");
        Is(vitals.GetProperty("bloodPressure"), "value unit at");
        Is(First(chart, "activeDiagnoses"), "id display code onset");
        Assert.All(chart.GetProperty("criticalAlerts").EnumerateArray(), alert => Is(alert, Alert));
        IsRaised(First(chart, "criticalAlerts"));
    }

    [Fact]
    public async Task Its_alerts_have_their_fields()
    {
        var clinic = await Filled();

        var answer = (await clinic.Get("p1", "/alerts")).Is(200).Json;

        Is(answer, "items");
        Assert.All(answer.GetProperty("items").EnumerateArray(), alert => Is(alert, Alert));
        IsRaised(First(answer, "items"));
    }

    [Fact]
    public async Task A_laboratory_result_has_its_fields()
    {
        var clinic = await Filled();

        var lab = await Listed(clinic, "labs");

        Is(lab, """
            id reportId patientId orderId title code status availableAt tests hasCriticalValue criticalAlerts isViewed viewings
            """);
        Is(First(lab, "tests"), "code name value valueText unit range interpretation isCritical");
        Is(First(lab, "viewings"), Viewing);
        Is(First(lab, "criticalAlerts"), Alert);
        IsRaised(First(lab, "criticalAlerts"));
        Assert.Equal("Somebody", First(lab, "viewings").GetProperty("name").GetString());
    }

    [Fact]
    public async Task An_imaging_study_has_its_fields()
    {
        var clinic = await Filled();

        var study = await Listed(clinic, "imaging");

        Is(study, """
            id patientId orderId modality description startedAt images report hasCriticalFinding isViewed viewings
            """);
        Is(First(study, "images"), "fileId url seriesUid instanceUid");
        Is(study.GetProperty("report"), "id status findings impression finalizedAt");
        Is(First(study, "viewings"), Viewing);
        Assert.Equal("Somebody", First(study, "viewings").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_medication_has_its_fields()
    {
        var clinic = await Filled();

        var medication = await Listed(clinic, "medications");

        Is(medication, """
            id patientId display code dosage status prescribedAt prescriberId dispenses interactionWarnings allergyWarnings
            """);
        Is(First(medication, "dispenses"), "at quantity by");
        Is(First(medication, "interactionWarnings"), "severity text");
        Is(First(medication, "allergyWarnings"), "severity text");
    }

    [Fact]
    public async Task An_encounter_has_its_fields()
    {
        var clinic = await Filled();

        var encounter = await Listed(clinic, "encounters");

        Is(encounter, """
            id patientId status class type startedAt endedAt providerId reason diagnoses procedures vitals orders isSigned
            """);
        Is(First(encounter, "diagnoses"), "display code");
        Is(First(encounter, "procedures"), "display code");
        Is(encounter.GetProperty("vitals"), "heartRate bloodPressure temperature respiratoryRate oxygenSaturation weight height");
        Is(First(encounter, "orders"), "id kind display");
    }

    [Fact]
    public async Task A_line_of_the_audit_has_its_fields()
    {
        var clinic = await Filled();

        Is(await Listed(clinic, "audit"), "userId action resourceType resourceId ipAddress timestamp");
    }

    [Fact]
    public async Task Of_a_name_that_no_user_has_there_is_none()
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(Records.Patient("p1"), Records.Value("k", "p1", 6.5m, "HH"));
        var source = Assert.Single(await clinic.Clinic.Log(), logged => logged.Type == "lab.critical.alert");
        await Tell.Raised(clinic.Clinic, "alert-1", "p1", source, owner: "of-another-house");

        var owner = First(await clinic.Chart("p1"), "criticalAlerts").GetProperty("owner");

        Assert.Equal("of-another-house", owner.GetProperty("userId").GetString());
        Assert.Equal(JsonValueKind.Null, owner.GetProperty("name").ValueKind);
    }

    /// <summary>A patient of whom there is something of everything, with an alert and viewings of a user of the clinic.</summary>
    private async Task<ChartClinic> Filled()
    {
        var clinic = await ChartClinic.Open(server);
        var provider = await clinic.Clinic.Provider();
        await clinic.Write(
            Records.Patient("p1"), Records.EncounterOf("e1", "p1"), Records.Condition("c1", "p1", encounter: "e1"), Procedure,
            Records.Vital("v1", "p1", "8867-4", 71, "/min", encounter: "e1"), Records.Pressure("v2", "p1", 128, 82),
            Records.Order("o1", "p1", encounter: "e1"), Records.Allergy("a1", "p1"), Records.Prescription("m1", "p1", encounter: "e1"),
            Records.Dispense("d1", "p1", "m1"), Records.Issue("i1", "p1", "m1"), Records.Issue("i2", "p1", "m1", "ALGY"),
            Records.Study("s1", "p1"), Records.Report("x1", "p1", category: "RAD", study: "s1"), Records.Value("k", "p1", 6.5m, "HH"),
            Records.Report("r1", "p1", results: ["k"]));
        (await clinic.View("p1", "r1", provider)).Is(204);
        var log = await clinic.Clinic.Log();
        var viewed = Assert.Single(log, logged => logged.Type == "lab.result.viewed");
        await Tell.Append(
            clinic.Clinic, "p1", "DiagnosticReport/x1/_history/1",
            new Vagus.Events.LabResultViewed("p1", "DiagnosticReport/x1/_history/1", "x1", viewed.UserId!));
        await Tell.Raised(
            clinic.Clinic, "alert-1", "p1", Assert.Single(log, logged => logged.Type == "lab.critical.alert"), viewed.UserId!);
        return clinic;
    }

    private static async Task<JsonElement> Listed(ChartClinic clinic, string list)
    {
        var answer = (await clinic.Get("p1", $"/{list}")).Is(200).Json;
        Is(answer, "items nextCursor");
        return First(answer, "items");
    }

    private static void IsRaised(JsonElement alert)
    {
        Assert.Equal("alert-1", alert.GetProperty("id").GetString());
        Assert.Equal(
            ("p1", "Maya Okafor"), (alert.GetProperty("patientId").GetString(), alert.GetProperty("patientName").GetString()));
        Is(alert.GetProperty("details"), "testName value valueText unit criticalReason");
        Is(alert.GetProperty("owner"), "userId name role");
        Assert.Equal("Somebody", alert.GetProperty("owner").GetProperty("name").GetString());
    }

    private static JsonElement First(JsonElement json, string list) => json.GetProperty(list)[0];

    private static void Is(JsonElement json, string fields) => Assert.Equal(
        fields.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal),
        json.EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));

    private const string Procedure =
        """
        {"resourceType":"Procedure","id":"pr1","status":"completed","code":{"text":"Auscultation"},"subject":{"reference":"Patient/p1"},
         "encounter":{"reference":"Encounter/e1"},"performedDateTime":"2026-03-01T09:15:00Z"}
        """;
}

public sealed class ChartShapesOnSqlite(SqliteChartServer server) : ChartShapeTests(server);

public sealed class ChartShapesOnPostgres(PostgresChartServer server) : ChartShapeTests(server);
