using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Care.Tests.Alerts;

/// <summary>What is not answered goes to the next person, until somebody calls on the telephone.</summary>
public abstract class EscalationTests(Engine engine)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task An_alert_that_is_not_acknowledged_goes_through_every_level_to_the_telephone_and_is_told_again_there()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium());
        var raised = await ward.TheAlert(team.Ordering);

        Assert.Equal((1, "raised", team.Ordering.User), Stand(raised));
        Assert.Equal(ward.Clock.GetUtcNow() + Limit, raised.GetProperty("dueAt").GetDateTimeOffset());
        await team.After(Limit, 2, team.Backup);
        await team.After(Limit, 3, team.Charge);
        var called = await team.After(Limit, 4, team.Operator);
        Assert.True(called.GetProperty("phoneTask").GetBoolean());
        await team.Again(TimeSpan.FromMinutes(30));

        var log = await ward.Log();
        Assert.Equal(4, log.Count(each => each.Type == "alert.escalated"));
        Assert.Single(log, each => each.Type == "alert.raised");
        Assert.Equal(5, log.Count(each => each.Type == "notification.critical"));
    }

    [Fact]
    public async Task The_log_of_a_call_says_whom_when_and_what_was_read_back_and_acknowledges()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium());
        var id = Id(await ward.TheAlert(team.Ordering));
        await team.After(Limit, 2, team.Backup);
        await team.After(Limit, 3, team.Charge);
        await team.After(Limit, 4, team.Operator);
        var caller = await ward.SignIn(team.Operator);

        var calling = $"/api/alerts/{id}/calls";
        var missed = await ward.Done(caller, "POST", calling, new { called = "Dr. Ruiz", reached = false, note = "no answer" });
        var wrong = await ward.Send(caller, "POST", calling, new { called = "Dr. Ruiz", reached = true, readBack = "5.6" });
        var reached = await ward.Done(caller, "POST", calling, new { called = "Dr. Ruiz", reached = true, readBack = "potassium 6.5" });

        Assert.Equal("escalated", missed.GetProperty("state").GetString());
        Assert.Equal((422, "read_back_differs"), (wrong.Status, wrong.Body.GetProperty("code").GetString()));
        Assert.Equal("acknowledged", reached.GetProperty("state").GetString());
        var calls = (await ward.TheAlert(caller)).GetProperty("timeline").EnumerateArray()
            .Where(step => step.GetProperty("what").GetString() == "called").ToList();
        Assert.Equal(2, calls.Count);
        Assert.Equal(
            ("Dr. Ruiz", true, "potassium 6.5", caller.User),
            (Text(calls[1], "called"), calls[1].GetProperty("reached").GetBoolean(), Text(calls[1], "readBack"), Text(calls[1], "by")));
    }

    [Fact]
    public async Task An_alert_that_was_acknowledged_and_not_acted_on_comes_back_to_the_next_level()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium());
        var id = Id(await ward.TheAlert(team.Ordering));
        await ward.Done(team.Ordering, "POST", $"/api/alerts/{id}/acknowledge", new { readBack = "6.5" });

        var back = await team.After(TimeSpan.FromMinutes(60), 2, team.Backup);

        Assert.True(back.GetProperty("requiresAcknowledgment").GetBoolean());
        Assert.Equal(JsonValueKind.Null, back.GetProperty("acknowledgedBy").ValueKind);
        Assert.Contains(
            back.GetProperty("timeline").EnumerateArray(),
            step => step.TryGetProperty("reason", out var reason) && reason.GetString() == "no_action");
    }

    [Fact]
    public async Task An_alert_that_is_handed_to_and_fro_goes_on_to_the_next_level_when_it_would_have()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium());
        var door = $"/api/alerts/{Id(await ward.TheAlert(team.Ordering))}/delegate";
        ward.Clock.Advance(TimeSpan.FromMinutes(4));

        var first = await ward.Done(team.Ordering, "POST", door, new { to = team.Backup.User });
        var due = ward.Clock.GetUtcNow() + Limit;
        ward.Clock.Advance(TimeSpan.FromMinutes(5));
        var second = await ward.Done(await ward.SignIn(team.Backup), "POST", door, new { to = team.Ordering.User });
        ward.Clock.Advance(TimeSpan.FromMinutes(4));
        var third = await ward.Done(await ward.SignIn(team.Ordering), "POST", door, new { to = team.Ordering.User });

        Assert.All([first, second, third], alert => Assert.Equal(due, alert.GetProperty("dueAt").GetDateTimeOffset()));
        await team.After(TimeSpan.FromMinutes(1), 2, team.Backup);
    }

    [Fact]
    public async Task A_resolved_alert_is_due_no_more()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium());
        var id = Id(await ward.TheAlert(team.Ordering));

        var resolved = await ward.Done(
            team.Ordering, "POST", $"/api/alerts/{id}/resolve", new { action = "treated", note = "calcium given" });
        ward.Clock.Advance(TimeSpan.FromDays(2));
        await ward.Tell(Ward.Potassium("o2", 7.1m));
        var reader = await ward.SignIn(team.Ordering);
        await ward.AlertsWhen(reader, alerts => alerts.Count == 2);

        Assert.Equal(("resolved", "treated"), (Text(resolved, "state"), Text(resolved, "action")));
        Assert.Equal(JsonValueKind.Null, resolved.GetProperty("dueAt").ValueKind);
        Assert.DoesNotContain(await ward.Log(), each => each.Type == "alert.escalated");
    }

    [Fact]
    public async Task An_alert_keeps_the_policy_that_it_was_raised_under_and_the_next_one_has_the_new_one()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium());
        await ward.TheAlert(team.Ordering);
        var policy = new
        {
            critical_lab_value = new { levels = new[] { new { to = "charge_nurse", minutes = 3 }, new { to = "phone", minutes = 5 } } },
        };
        await ward.Done(team.Admin, "PUT", "/api/admin/settings/alert-policy", JsonSerializer.Serialize(policy));

        await ward.Tell(Ward.Potassium("o2", 7.1m));
        var both = await ward.AlertsWhen(team.Ordering, alerts => alerts.Count == 2);

        var (later, first) = Text(both[0], "message").Contains("7.1", StringComparison.Ordinal) ? (both[0], both[1]) : (both[1], both[0]);
        Assert.Equal((1, "raised", team.Charge.User), Stand(later));
        Assert.Equal(ward.Clock.GetUtcNow().AddMinutes(3), later.GetProperty("dueAt").GetDateTimeOffset());
        Assert.Equal(ward.Clock.GetUtcNow() + Limit, first.GetProperty("dueAt").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("""{"levels":[]}""")]
    [InlineData("""{"default":{"levels":[]}}""")]
    [InlineData("""{"default":{"levels":[{"to":"nobody","minutes":5}]}}""")]
    [InlineData("""{"default":{"levels":[{"to":"owner","minutes":0}]}}""")]
    [InlineData("""{"default":{"actionMinutes":"soon"}}""")]
    [InlineData("""{"unheard_of":{}}""")]
    [InlineData("[]")]
    public async Task A_policy_that_cannot_be_followed_is_refused(string policy)
    {
        await using var ward = await Ward.Open(engine);
        var admin = await ward.Has(Role.Admin);

        var (status, body) = await ward.Send(admin, "PUT", "/api/admin/settings/alert-policy", policy);

        Assert.Equal((400, "invalid_alert_policy"), (status, Text(body, "code")));
    }

    internal static (int, string, string) Stand(JsonElement alert) =>
        (alert.GetProperty("level").GetInt32(), Text(alert, "state"), Text(alert.GetProperty("owner"), "userId"));

    internal static string Id(JsonElement alert) => Text(alert, "id");

    internal static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}

public sealed class EscalationOnSqlite() : EscalationTests(Engine.Sqlite);

public sealed class EscalationOnPostgres() : EscalationTests(Engine.Postgres);
