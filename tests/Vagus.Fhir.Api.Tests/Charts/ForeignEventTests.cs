using System.Text.Json;
using Vagus.Events;

namespace Vagus.Fhir.Api.Tests.Charts;

/// <summary>Charts by events of other systems, whose records this server does not hold.</summary>
public abstract class ForeignEventTests(FhirServer server)
{
    [Fact]
    public async Task Published_events_make_a_chart_without_any_record()
    {
        var clinic = await ChartClinic.Open(server);
        await Publish(
            clinic,
            new PatientCreated("f1", "Patient/f1", "Ada Foreign", "1990-01-01", "female"),
            new PatientAllergyAdded("f1", "AllergyIntolerance/fa", "fa", "Latex", null, "high"),
            new MedicationPrescribed("f1", "MedicationRequest/fm", "fm", "Metformin"),
            new MedicationDispensed("f1", "MedicationDispense/fd", "fd", "fm", "Metformin", null, 60),
            new DrugInteractionAlert("f1", "DetectedIssue/fi", "fi", ["MedicationRequest/fm"], "moderate", "Do not combine"),
            new EncounterStarted("f1", "Encounter/fe", "fe", "in-progress", "AMB", "dr-1", "2026-03-01T09:00:00Z"),
            new EncounterVitalsRecorded(
                "f1", "Observation/fv/_history/1", [new VitalSign("Observation/fv", "Heart rate", new Coding("8867-4", "http://loinc.org"), 66, "/min")],
                "fe", "2026-03-01T09:05:00Z"),
            new LabOrderCreated("f1", "ServiceRequest/fo", "fo", "Glucose"),
            new LabCriticalAlert("f1", "Observation/fk", "fk", "Potassium", "Severe hyperkalemia", Value: 6.5m, Unit: "mmol/L"));
        var before = await clinic.Chart("f1");
        await Publish(
            clinic,
            new LabResultAvailable("f1", "DiagnosticReport/fr", "fr", "final", Released: true, "Glucose", OrderId: "fo"),
            new EncounterCompleted("f1", "Encounter/fe", "fe", "finished", EndedAt: "2026-03-01T09:30:00Z"),
            new PatientAllergyRemoved("f1", "AllergyIntolerance/fa", "fa", "resolved"));
        var provider = await clinic.Clinic.Provider(seesSensitive: false);

        var after = await clinic.Chart("f1", provider);
        var encounter = Assert.Single(await clinic.List("f1", "encounters", provider));
        var medication = Assert.Single(await clinic.List("f1", "medications", provider));
        (await clinic.View("f1", "fr", provider)).Is(204);
        var viewed = await clinic.Chart("f1", provider);

        Assert.Equal("Ada Foreign", before.GetProperty("name").GetString());
        Assert.Equal((1, 2, 1, 0), (Count(before, "allergies"), Number(before, "criticalAlertCount"), Number(before, "pendingLabOrders"), Number(before, "unreadResultCount")));
        Assert.Equal((0, 1, 0, 1), (Count(after, "allergies"), Number(after, "criticalAlertCount"), Number(after, "pendingLabOrders"), Number(after, "unreadResultCount")));
        Assert.Equal(66, after.GetProperty("latestVitals").GetProperty("heartRate").GetProperty("value").GetDecimal());
        Assert.Equal(
            ("finished", "AMB", "2026-03-01T09:00:00Z", "2026-03-01T09:30:00Z"),
            (Text(encounter, "status"), Text(encounter, "class"), Text(encounter, "startedAt"), Text(encounter, "endedAt")));
        Assert.Single(medication.GetProperty("dispenses").EnumerateArray());
        Assert.Single(medication.GetProperty("interactionWarnings").EnumerateArray());
        Assert.Equal((0, 1), (Number(viewed, "unreadResultCount"), (await clinic.Clinic.Log()).Count(logged => logged.Type == "lab.result.viewed")));
        (await clinic.Get("f1", by: await (await ChartClinic.Open(server)).Clinic.Provider())).Is(404);
    }

    [Fact]
    public async Task A_patient_sees_of_foreign_events_the_released_results_alone()
    {
        var clinic = await ChartClinic.Open(server);
        var patient = await clinic.Clinic.Patient("f1");
        await Publish(
            clinic,
            new PatientCreated("f1", "Patient/f1", "Ada Foreign"),
            new PatientAllergyAdded("f1", "AllergyIntolerance/fa", "fa", "Latex"),
            new LabResultAvailable("f1", "DiagnosticReport/fr", "fr", "final", Released: true),
            new LabResultAvailable("f1", "DiagnosticReport/fs", "fs", "final", Released: false));

        var chart = await clinic.Chart("f1", patient);

        Assert.Equal((0, 1), (Count(chart, "allergies"), Number(chart, "unreadResultCount")));
        Assert.Equal("fr", Text(Assert.Single(await clinic.List("f1", "labs", patient)), "id"));
    }

    [Theory]
    [InlineData("ImagingStudy/fs")]
    [InlineData("ImagingStudy/fs/_history/3")]
    [InlineData("fs")]
    public async Task A_foreign_report_says_what_was_found_and_stands_with_its_study_once_that_is_told(string study)
    {
        var clinic = await ChartClinic.Open(server);
        await Publish(
            clinic,
            new PatientCreated("f1", "Patient/f1", "Ada Foreign"),
            new RadiologyReportFinalized(
                "f1", "DiagnosticReport/fx", "fx", Released: true, "Chest CT", Findings: "Clear lungs.", Impression: "Nothing unusual",
                Study: study),
            new RadiologyReportFinalized("f1", "DiagnosticReport/fy", "fy", Released: true, "Skull X-ray"));
        var before = await clinic.List("f1", "imaging");
        await Publish(clinic, new RadiologyStudyComplete("f1", "ImagingStudy/fs", "fs", "Chest CT", "CT"));

        var after = await clinic.List("f1", "imaging");

        Assert.Equal(["fx", "fy"], before.Select(item => Text(item, "id")).Order(StringComparer.Ordinal));
        Assert.Equal(["fs", "fy"], after.Select(item => Text(item, "id")).Order(StringComparer.Ordinal));
        var report = Assert.Single(after, item => Text(item, "id") == "fs").GetProperty("report");
        Assert.Equal(
            ("fx", "Clear lungs.", "Nothing unusual"), (Text(report, "id"), Text(report, "findings"), Text(report, "impression")));
        var other = Assert.Single(after, item => Text(item, "id") == "fy").GetProperty("report");
        Assert.Equal(JsonValueKind.Null, other.GetProperty("findings").ValueKind);
    }

    [Fact]
    public async Task A_record_that_comes_later_takes_the_place_of_what_another_system_told_of_it_and_decides_who_sees_it()
    {
        var clinic = await ChartClinic.Open(server);
        var provider = await clinic.Clinic.Provider(seesSensitive: false);
        var patient = await clinic.Clinic.Patient("f1");
        await Publish(
            clinic,
            new PatientCreated("f1", "Patient/f1", "Ada Foreign"),
            new RadiologyReportFinalized("f1", "DiagnosticReport/fx", "fx", Released: true, "Chest CT", Findings: "Clear lungs."));
        Assert.Single(await clinic.List("f1", "imaging", provider));
        Assert.Single(await clinic.List("f1", "imaging", patient));

        await clinic.Write(
            Sample.Patient("Foreign", "f1"),
            """
            {"resourceType":"DiagnosticReport","id":"fx","status":"final","category":[{"coding":[{"code":"RAD"}]}],"code":{"text":"Chest CT"},
             "subject":{"reference":"Patient/f1"},
             "meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]}}
            """);

        Assert.Empty(await clinic.List("f1", "imaging", provider));
        Assert.Empty(await clinic.List("f1", "imaging", patient));
        Assert.Equal(0, Number(await clinic.Chart("f1", provider), "unreadResultCount"));
        Assert.Single(await clinic.List("f1", "imaging"));
    }

    [Fact]
    public async Task An_event_about_a_foreign_record_changes_nothing_that_a_record_of_this_server_says()
    {
        var clinic = await ChartClinic.Open(server);
        await clinic.Write(
            Sample.Patient("Foreign", "f1"),
            """
            {"resourceType":"AllergyIntolerance","id":"fa","patient":{"reference":"Patient/f1"},"code":{"text":"Latex"},
             "clinicalStatus":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical","code":"active"}]}}
            """,
            """
            {"resourceType":"Encounter","id":"fe","status":"in-progress","class":{"code":"AMB"},"subject":{"reference":"Patient/f1"}}
            """);

        await Publish(
            clinic,
            new PatientAllergyRemoved("f1", "AllergyIntolerance/elsewhere", "fa", "resolved"),
            new EncounterCompleted("f1", "Encounter/elsewhere", "fe", "finished", EndedAt: "2026-03-01T09:30:00Z"));

        var chart = await clinic.Chart("f1");
        Assert.Equal("fa", Text(Assert.Single(chart.GetProperty("allergies").EnumerateArray()), "id"));
        Assert.Contains(await clinic.List("f1", "encounters"), encounter => Text(encounter, "status") == "in-progress");
    }

    private static async Task Publish(ChartClinic clinic, params EventData[] events)
    {
        foreach (var data in events)
        {
            var resource = JsonSerializer.SerializeToElement(data, data.GetType()).GetProperty("Resource").GetString();
            await Tell.Append(clinic.Clinic, "f1", resource, data);
        }
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static int Count(JsonElement json, string name) => json.GetProperty(name).GetArrayLength();

    private static long Number(JsonElement json, string name) => json.GetProperty(name).GetInt64();
}

public sealed class ForeignEventsOnSqlite(SqliteFhirServer server) : ForeignEventTests(server);

public sealed class ForeignEventsOnPostgres(PostgresFhirServer server) : ForeignEventTests(server);
