using System.Globalization;
using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Care.Tests.Alerts;

/// <summary>A value that was withdrawn and is sent again, and answers to a value that was corrected meanwhile.</summary>
public abstract class ResentValueTests(Engine engine)
{
    [Fact]
    public async Task A_value_that_was_withdrawn_and_comes_under_another_id_raises_its_alert()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await Write(ward, team, "a", 6.5m, "final");
        var id = EscalationTests.Id(await ward.TheAlert(team.Backup));
        await ward.Done(team.Charge, "POST", $"/api/alerts/{id}/resolve", new { action = "treated" });
        ward.Clock.Advance(TimeSpan.FromMinutes(1));
        await Write(ward, team, "a", 6.5m, "entered-in-error");
        await ward.AlertsWhen(team.Backup, alerts => alerts.Count == 2);
        ward.Clock.Advance(TimeSpan.FromMinutes(1));

        await Write(ward, team, "b", 6.5m, "final");

        var alerts = await ward.AlertsWhen(team.Backup, each => each.Count == 3);
        Assert.Equal(("raised", "CRITICAL: Potassium = 6.5 mmol/L"), (Text(alerts[0], "state"), Text(alerts[0], "message")));
    }

    [Fact]
    public async Task A_value_that_comes_twice_under_two_ids_is_one_alert()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await Write(ward, team, "a", 6.5m, "final");
        await ward.TheAlert(team.Backup);

        await Write(ward, team, "b", 6.5m, "final");

        var alert = await ward.TheAlert(
            team.Backup, each => each.GetProperty("timeline").EnumerateArray().Any(step => Text(step, "what") == "repeated"));
        Assert.Equal("CRITICAL: Potassium = 6.5 mmol/L", Text(alert, "message"));
    }

    [Fact]
    public async Task An_answer_to_a_value_that_was_corrected_meanwhile_is_none_to_the_new_one()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await Write(ward, team, "a", 6.5m, "final");
        var shown = await ward.TheAlert(team.Backup);
        var (id, before) = (EscalationTests.Id(shown), Text(shown, "resource"));
        await Write(ward, team, "a", 8.5m, "corrected");
        var corrected = await ward.TheAlert(team.Backup, each => Text(each, "message").Contains("8.5", StringComparison.Ordinal));
        var now = Text(corrected, "resource");

        await IsOutdated(ward, team, id, "acknowledge", new { resource = before });
        await IsOutdated(ward, team, id, "calls", new { called = "Dr. Ruiz", reached = true, resource = before });
        await IsOutdated(ward, team, id, "resolve", new { action = "treated", resource = before });
        // An older client does not say what it showed: it closes nothing that nobody has acknowledged since.
        await IsOutdated(ward, team, id, "resolve", new { action = "treated" });
        Assert.Equal("raised", Text(await ward.TheAlert(team.Backup), "state"));

        await ward.Done(team.Charge, "POST", $"/api/alerts/{id}/acknowledge", new { resource = now });
        await ward.Done(team.Charge, "POST", $"/api/alerts/{id}/resolve", new { action = "treated" });
    }

    [Fact]
    public async Task The_live_command_says_what_was_shown_too()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await Write(ward, team, "a", 6.5m, "final");
        var alert = await ward.TheAlert(team.Backup);
        await using var socket = await AlertSocket.Open(ward, team.Charge);

        var refused = await socket.Ask("acknowledge", new { alertId = EscalationTests.Id(alert), resource = "Observation/a/_history/7" });
        var taken = await socket.Ask("acknowledge", new { alertId = EscalationTests.Id(alert), resource = Text(alert, "resource") });

        Assert.Equal("alert_changed", Text(refused.GetProperty("error"), "code"));
        Assert.True(taken.GetProperty("ok").GetBoolean());
    }

    private static async Task IsOutdated(Ward ward, Team team, string id, string act, object said)
    {
        var (status, body) = await ward.Send(team.Charge, "POST", $"/api/alerts/{id}/{act}", said);
        Assert.Equal((409, "alert_changed"), (status, Text(body, "code")));
    }

    private static async Task Write(Ward ward, Team team, string id, decimal value, string status)
    {
        var at = ward.Clock.GetUtcNow().Date.ToString("yyyy-MM-dd'T06:30:00Z'", CultureInfo.InvariantCulture);
        await ward.Done(team.Admin, "PUT", "/fhir/Patient/p1", """{"resourceType":"Patient","id":"p1"}""");
        await ward.Done(
            team.Admin, "PUT", $"/fhir/Observation/{id}",
            FormattableString.Invariant($$$"""
            {"resourceType":"Observation","id":"{{{id}}}","status":"{{{status}}}","subject":{"reference":"Patient/p1"},
             "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],
             "code":{"coding":[{"system":"http://loinc.org","code":"2823-3","display":"Potassium"}],"text":"Potassium"},
             "effectiveDateTime":"{{{at}}}",
             "valueQuantity":{"value":{{{value}}},"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}
            """));
    }

    private static string Text(JsonElement json, string name) => EscalationTests.Text(json, name);
}

public sealed class ResentValuesOnSqlite() : ResentValueTests(Engine.Sqlite);

public sealed class ResentValuesOnPostgres() : ResentValueTests(Engine.Postgres);
