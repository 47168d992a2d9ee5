using System.Globalization;
using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Care.Tests.Alerts;

/// <summary>
/// The process ends between and in the middle of raising, acknowledging and escalating: no alert is lost, doubled or stuck.
/// VAGUS_ALERT_ENDS says how often (6 unless told).
/// </summary>
public abstract class RestartTests(Engine engine)
{
    private static readonly int Ends = int.TryParse(
        Environment.GetEnvironmentVariable("VAGUS_ALERT_ENDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 6;

    [Fact]
    public async Task Ended_at_any_moment_each_alert_is_raised_once_and_goes_on_where_it_was()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        var random = new Random(20261127);

        for (var round = 0; round < Ends; round++)
        {
            await ward.Tell(Ward.Potassium($"o{round}", 6m + (round / 100m), at: null));
            // Before, while or after the consumer raises it; while or after it is handed on.
            await Task.Delay(random.Next(30));
            if (round % 3 == 1) ward.Clock.Advance(TimeSpan.FromMinutes(10));
            if (round % 3 == 2) await Task.WhenAny(AcknowledgeNewest(ward, team), Task.Delay(random.Next(40)));
            await ward.Restart();
        }

        var reader = await ward.SignIn(team.Ordering);
        await ward.AlertsWhen(reader, alerts => alerts.Count == Ends, "limit=200");
        await EachOnce(ward, reader);
        await ComesToTheTelephone(ward, team);
    }

    private static async Task AcknowledgeNewest(Ward ward, Team team)
    {
        try
        {
            var reader = await ward.SignIn(team.Ordering);
            if (await ward.Alerts(reader) is [var newest, ..])
                await ward.Send(reader, "POST", $"/api/alerts/{EscalationTests.Id(newest)}/acknowledge", new { });
        }
        catch (HttpRequestException)
        {
            // The process ended while it was asked.
        }
    }

    /// <summary>One alert of each value, one event of its raising, and one event for each step of its timeline.</summary>
    private static async Task EachOnce(Ward ward, Signed reader)
    {
        var alerts = await ward.Alerts(reader, "limit=200");
        Assert.Equal(Ends, alerts.Select(alert => EscalationTests.Text(alert, "message")).Distinct().Count());
        var log = await ward.Log();
        foreach (var alert in alerts)
        {
            var told = log.Where(each => each.Type.StartsWith("alert.", StringComparison.Ordinal))
                .Where(each => JsonElement.Parse(each.Body).GetProperty("alertId").GetString() == EscalationTests.Id(alert)).ToList();
            var steps = alert.GetProperty("timeline").EnumerateArray().Select(step => EscalationTests.Text(step, "what")).ToList();
            Assert.Single(told, each => each.Type == "alert.raised");
            Assert.Single(steps, step => step == "raised");
            Assert.Equal(steps.Count(step => step == "escalated"), told.Count(each => each.Type == "alert.escalated"));
            Assert.Equal(steps.Count(step => step == "acknowledged"), told.Count(each => each.Type == "alert.acknowledged"));
        }
    }

    private static async Task ComesToTheTelephone(Ward ward, Team team)
    {
        for (var step = 0; step < 5; step++)
        {
            ward.Clock.Advance(TimeSpan.FromMinutes(61));
            var now = ward.Clock.GetUtcNow();
            var reader = await ward.SignIn(team.Ordering);
            await ward.AlertsWhen(reader, alerts => alerts.All(alert => alert.GetProperty("dueAt").GetDateTimeOffset() > now), "limit=200");
        }

        var all = await ward.Alerts(await ward.SignIn(team.Ordering), "limit=200");
        Assert.All(all, alert => Assert.True(alert.GetProperty("phoneTask").GetBoolean(), alert.GetRawText()));
    }
}

public sealed class RestartOnSqlite() : RestartTests(Engine.Sqlite);

public sealed class RestartOnPostgres() : RestartTests(Engine.Postgres);
