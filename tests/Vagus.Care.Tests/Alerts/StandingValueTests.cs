using System.Text.Json;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Care.Tests.Alerts;

/// <summary>Values that stand beside one that does not, or beside another one of the same record: each has its alert.</summary>
public abstract class StandingValueTests(Engine engine)
{
    private const string Critical = "CRITICAL: Potassium = 6.5 mmol/L";

    [Theory]
    [InlineData(false, "entered-in-error")]
    [InlineData(true, "entered-in-error")]
    [InlineData(false, "deleted")]
    public async Task Where_one_of_two_records_of_a_measurement_does_not_hold_the_other_one_raises_its_alert(
        bool isResolved, string correction)
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await Repeated(ward, team, "a", "b");
        if (isResolved) await Resolve(ward, team, await ward.TheAlert(team.Ordering));

        ward.Clock.Advance(TimeSpan.FromMinutes(1));
        await ward.Tell(DoesNotHold("a", correction));

        var alerts = await ward.AlertsWhen(team.Ordering, each => each.Count == (isResolved ? 3 : 2));
        var raised = alerts.Where(each => Text(each, "state") == "raised").ToList();
        Assert.Equal(2, raised.Count);
        Assert.Contains(("raised", Critical, "Observation/b/_history/1"), raised.Select(Stand));
        Assert.Contains(raised, each => Text(each, "message").EndsWith("does not hold", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_one_of_two_records_is_corrected_to_another_critical_value_the_other_one_raises_its_alert()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await Repeated(ward, team, "a", "b");

        ward.Clock.Advance(TimeSpan.FromMinutes(1));
        await ward.Tell(Ward.Potassium("a", 8.5m, version: 2));

        var alerts = await ward.AlertsWhen(team.Ordering, each => each.Count == 2);
        Assert.Equal(("raised", Critical, "Observation/b/_history/1"), Stand(alerts[0]));
        Assert.Equal(("raised", "CRITICAL: Potassium = 8.5 mmol/L", "Observation/a/_history/2"), Stand(alerts[1]));
    }

    [Fact]
    public async Task Of_three_records_each_that_stands_alone_raises_its_alert_and_one_that_does_not_hold_raises_none()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await Repeated(ward, team, "a", "b", "c", "d");

        ward.Clock.Advance(TimeSpan.FromMinutes(1));
        await ward.Tell(DoesNotHold("b"));
        await ward.Tell(DoesNotHold("a"));
        var first = Record((await ward.AlertsWhen(team.Ordering, each => each.Count == 2))[0]);
        ward.Clock.Advance(TimeSpan.FromMinutes(1));
        await ward.Tell(DoesNotHold(first));
        var second = Record((await ward.AlertsWhen(team.Ordering, each => each.Count == 3))[0]);
        ward.Clock.Advance(TimeSpan.FromMinutes(1));
        await ward.Tell(DoesNotHold(second));
        var last = await ward.AlertsWhen(
            team.Ordering, each => !each.Exists(alert => Text(alert, "message") == Critical));

        Assert.Equal(["c", "d"], new[] { first, second }.Order(StringComparer.Ordinal));
        Assert.Equal(3, last.Count);
    }

    [Fact]
    public async Task Two_values_of_one_code_in_one_record_are_two_alerts_and_each_is_corrected_by_itself()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await Write(ward, team, "final", "7.1", "7.6");
        await ward.AlertsWhen(team.Backup, each => each.Count == 2);

        await Write(ward, team, "corrected", "7.1", "4.1");

        var alerts = await ward.AlertsWhen(
            team.Backup, each => each.Exists(alert => Text(alert, "message").StartsWith("CORRECTED", StringComparison.Ordinal)));
        Assert.Equal(
            ["CORRECTED: Potassium = 4.1 mmol/L, was 7.6 mmol/L", "CRITICAL: Potassium = 7.1 mmol/L"],
            alerts.Select(alert => Text(alert, "message")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Two_statements_of_what_a_patient_takes_are_two_alerts_of_one_allergy()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        AllergyContraindication Against(string statement, string medication) => new(
            "p1", "AllergyIntolerance/al/_history/1", [$"MedicationStatement/{statement}", "AllergyIntolerance/al"], medication,
            Allergy: "Penicillin", PrescriberId: "dr-7");

        await ward.Tell(Against("one", "Amoxicillin"));
        await ward.Tell(Against("two", "Ampicillin"));

        var alerts = await ward.AlertsWhen(team.Ordering, each => each.Count == 2);
        Assert.Equal(
            ["CRITICAL: Amoxicillin: Allergy to Penicillin", "CRITICAL: Ampicillin: Allergy to Penicillin"],
            alerts.Select(alert => Text(alert, "message")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Two_interactions_that_a_service_tells_of_one_prescription_are_two_alerts()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        DrugInteractionAlert Issue(string id, string detail) =>
            new("p1", "MedicationRequest/rx", id, [], "high", detail, PrescriberId: "dr-7");

        await ward.Tell(Issue("one", "Raises warfarin"));
        await ward.Tell(Issue("two", "Prolongs QT"));

        var alerts = await ward.AlertsWhen(team.Ordering, each => each.Count == 2);
        Assert.Equal(
            ["CRITICAL: Prolongs QT", "CRITICAL: Raises warfarin"],
            alerts.Select(alert => Text(alert, "message")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_same_value_measured_again_after_its_alert_was_resolved_is_another_alert_also_without_versions()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        LabCriticalAlert At(string? instant) =>
            Ward.Potassium("a") with { Resource = "Observation/a", ObservedAt = instant };
        await ward.Tell(At("2026-03-01T07:00:00Z"));
        await Resolve(ward, team, await ward.TheAlert(team.Ordering));
        ward.Clock.Advance(TimeSpan.FromMinutes(1));

        await ward.Tell(At("2026-03-01T07:30:00Z"));
        var second = await ward.AlertsWhen(team.Ordering, each => each.Count == 2);
        await Resolve(ward, team, second.Single(alert => Text(alert, "state") == "raised"));
        ward.Clock.Advance(TimeSpan.FromMinutes(1));
        await ward.Tell(At(null));

        var third = await ward.AlertsWhen(team.Ordering, each => each.Count == 3);
        Assert.Single(third, alert => Text(alert, "state") == "raised");
    }

    private static async Task Repeated(Ward ward, Team team, params string[] records)
    {
        foreach (var record in records) await ward.Tell(Ward.Potassium(record));
        await ward.TheAlert(
            team.Ordering,
            each => each.GetProperty("timeline").EnumerateArray().Count(step => Text(step, "what") == "repeated") == records.Length - 1);
    }

    private static Task Resolve(Ward ward, Team team, JsonElement alert) => ward.Done(
        team.Charge, "POST", $"/api/alerts/{EscalationTests.Id(alert)}/resolve", new { action = "treated" });

    private static LabCriticalCorrected DoesNotHold(string observation, string correction = "entered-in-error") =>
        new("p1", $"Observation/{observation}/_history/2", observation, "Potassium", correction, "Canary Patient",
            new Coding("2823-3", "http://loinc.org"), PreviousValue: 6.5m, PreviousUnit: "mmol/L", OrderingProviderId: "dr-7");

    private static async Task Write(Ward ward, Team team, string status, params string[] values)
    {
        var components = values.Select(value => $$$"""
            {"code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}],"text":"Potassium"},
             "valueQuantity":{"value":{{{value}}},"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}
            """);
        await ward.Done(team.Admin, "PUT", "/fhir/Patient/p1", """{"resourceType":"Patient","id":"p1"}""");
        await ward.Done(
            team.Admin, "PUT", "/fhir/Observation/gas",
            $$$"""
            {"resourceType":"Observation","id":"gas","status":"{{{status}}}","subject":{"reference":"Patient/p1"},
             "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
             "code":{"coding":[{"system":"http://loinc.org","code":"24338-6"}],"text":"Gases"},"component":[{{{string.Join(',', components)}}}]}
            """);
    }

    private static string Record(JsonElement alert) => Text(alert, "resource").Split('/')[1];

    private static (string State, string Message, string Resource) Stand(JsonElement alert) =>
        (Text(alert, "state"), Text(alert, "message"), Text(alert, "resource"));

    private static string Text(JsonElement json, string name) => EscalationTests.Text(json, name);
}

public sealed class StandingValuesOnSqlite() : StandingValueTests(Engine.Sqlite);

public sealed class StandingValuesOnPostgres() : StandingValueTests(Engine.Postgres);
