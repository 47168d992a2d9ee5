using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Care.Tests.Alerts;

/// <summary>An alert whose value does not hold says so, tells those who were told the wrong one, and does not close.</summary>
public abstract class CorrectedValueTests(Engine engine)
{
    [Fact]
    public async Task A_corrected_value_begins_the_alert_anew_and_is_told_to_those_who_had_the_wrong_one()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await Write(ward, team, 6.5m, "final");
        var id = EscalationTests.Id(await ward.TheAlert(team.Backup));
        await ward.Done(team.Charge, "POST", $"/api/alerts/{id}/acknowledge", new { });

        await Write(ward, team, 4.1m, "corrected");

        var alert = await ward.TheAlert(team.Backup, each => Text(each, "state") == "raised");
        Assert.Equal(
            (id, "CORRECTED LAB VALUE", "CORRECTED: Potassium = 4.1 mmol/L, was 6.5 mmol/L", true),
            (EscalationTests.Id(alert), Text(alert, "title"), Text(alert, "message"),
                alert.GetProperty("requiresAcknowledgment").GetBoolean()));
        Assert.Equal(4.1m, alert.GetProperty("details").GetProperty("value").GetDecimal());
        var step = Assert.Single(alert.GetProperty("timeline").EnumerateArray(), each => Text(each, "what") == "corrected");
        Assert.Equal("corrected", Text(step, "reason"));
        var told = await Told(ward, team.Charge);
        Assert.Equal(
            ("high", "CORRECTED: Potassium = 4.1 mmol/L, was 6.5 mmol/L", "p1"),
            (Text(told, "priority"), Text(told, "message"), Text(told, "patientId")));
        Assert.Empty(await Notifications(ward, team.Ordering));
    }

    [Theory]
    [InlineData("entered-in-error", "ENTERED IN ERROR: Potassium: 6.5 mmol/L does not hold")]
    [InlineData("cancelled", "WITHDRAWN: Potassium: 6.5 mmol/L does not hold")]
    public async Task A_value_that_was_entered_in_error_leaves_its_alert_open_and_says_so(string status, string message)
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await Write(ward, team, 6.5m, "final");
        await ward.TheAlert(team.Backup);

        await Write(ward, team, 6.5m, status);

        var alert = await ward.TheAlert(team.Backup, each => Text(each, "message") == message);
        Assert.Equal(("raised", team.Ordering.User), (Text(alert, "state"), Text(alert.GetProperty("owner"), "userId")));
        await ward.LogWhen(log => log.Count(each => each.Type == "notification.critical") == 2);
    }

    [Fact]
    public async Task A_deleted_value_leaves_its_alert_to_somebody()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await Write(ward, team, 6.5m, "final");
        await ward.TheAlert(team.Backup);

        await ward.Done(team.Admin, "DELETE", "/fhir/Observation/k");

        var alert = await ward.TheAlert(team.Admin, each => each.GetProperty("timeline").GetArrayLength() > 2);
        Assert.Equal("raised", Text(alert, "state"));
        await ward.LogWhen(log => log.Count(each => each.Type == "notification.critical") == 2);
    }

    [Fact]
    public async Task What_was_done_about_a_wrong_value_is_another_alert_and_told_to_who_did_it()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await Write(ward, team, 6.5m, "final");
        var id = EscalationTests.Id(await ward.TheAlert(team.Backup));
        await ward.Done(team.Charge, "POST", $"/api/alerts/{id}/resolve", new { action = "treated" });
        ward.Clock.Advance(TimeSpan.FromMinutes(1));

        await Write(ward, team, 4.1m, "corrected");

        var both = await ward.AlertsWhen(team.Backup, alerts => alerts.Count == 2);
        Assert.Equal(["raised", "resolved"], both.Select(each => Text(each, "state")));
        Assert.Equal("CORRECTED: Potassium = 4.1 mmol/L, was 6.5 mmol/L", Text(both[0], "message"));
        Assert.Equal("CRITICAL: Potassium = 6.5 mmol/L", Text(both[1], "message"));
        await Told(ward, team.Charge);
    }

    [Fact]
    public async Task Another_patients_value_says_so_at_the_alert_of_the_first()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await Write(ward, team, 6.5m, "final");
        await ward.TheAlert(team.Backup);

        await Write(ward, team, 6.5m, "corrected", patient: "p2");

        var both = await ward.AlertsWhen(
            team.Backup, alerts => alerts.Exists(each => Text(each, "title") == "LAB VALUE OF ANOTHER PATIENT"));
        var first = Assert.Single(both, each => Text(each, "title") == "LAB VALUE OF ANOTHER PATIENT");
        Assert.Equal(("p1", "raised"), (Text(first, "patientId"), Text(first, "state")));
    }

    [Fact]
    public async Task A_value_that_turns_critical_again_is_critical_again()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await Write(ward, team, 6.5m, "final");
        await ward.TheAlert(team.Backup);
        await Write(ward, team, 4.1m, "corrected");
        await ward.TheAlert(team.Backup, each => Text(each, "title") == "CORRECTED LAB VALUE");

        await Write(ward, team, 6.5m, "corrected");

        await ward.TheAlert(team.Backup, each => Text(each, "message") == "CRITICAL: Potassium = 6.5 mmol/L");
    }

    private static async Task Write(Ward ward, Team team, decimal value, string status, string patient = "p1")
    {
        foreach (var person in (string[])["p1", "p2"])
            await ward.Done(team.Admin, "PUT", $"/fhir/Patient/{person}", $$"""{"resourceType":"Patient","id":"{{person}}"}""");
        await ward.Done(team.Admin, "PUT", "/fhir/Practitioner/dr-7", """{"resourceType":"Practitioner","id":"dr-7"}""");
        await ward.Done(
            team.Admin, "PUT", "/fhir/ServiceRequest/sr-1",
            """
            {"resourceType":"ServiceRequest","id":"sr-1","status":"active","intent":"order","subject":{"reference":"Patient/p1"},
             "requester":{"reference":"Practitioner/dr-7"},"code":{"text":"Potassium"}}
            """);
        await ward.Done(
            team.Admin, "PUT", "/fhir/Observation/k",
            FormattableString.Invariant($$$"""
            {"resourceType":"Observation","id":"k","status":"{{{status}}}","subject":{"reference":"Patient/{{{patient}}}"},
             "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
             "code":{"coding":[{"system":"http://loinc.org","code":"2823-3","display":"Potassium"}],"text":"Potassium"},
             "basedOn":[{"reference":"ServiceRequest/sr-1"}],
             "valueQuantity":{"value":{{{value}}},"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}
            """));
    }

    private static async Task<JsonElement> Told(Ward ward, Signed person)
    {
        await ward.LogWhen(log => log.Any(
            each => each.Type == "notification.sent" && each.Audience?.Participants.Contains(person.User) == true));
        return Assert.Single(await Notifications(ward, person), each => Text(each, "type") == "critical_value_corrected");
    }

    private static async Task<List<JsonElement>> Notifications(Ward ward, Signed person) =>
        [.. (await ward.Done(person, "GET", "/api/notifications")).GetProperty("items").EnumerateArray()];

    private static string Text(JsonElement json, string name) => EscalationTests.Text(json, name);
}

public sealed class CorrectedValuesOnSqlite() : CorrectedValueTests(Engine.Sqlite);

public sealed class CorrectedValuesOnPostgres() : CorrectedValueTests(Engine.Postgres);
