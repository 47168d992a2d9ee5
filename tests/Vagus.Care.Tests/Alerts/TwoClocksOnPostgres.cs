using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Care.Tests.Alerts;

/// <summary>Two nodes of one installation whose clocks are an hour apart: no alert may be lost or doubled by it.</summary>
public sealed class TwoClocksOnPostgres
{
    private static readonly TimeSpan Apart = TimeSpan.FromHours(1);

    [Fact]
    public async Task Each_alert_is_raised_once_and_comes_to_each_level_once_whichever_node_has_the_leases()
    {
        await using var slow = await Ward.Open(Engine.Postgres);
        var team = await Team.Of(slow);
        await slow.Tell(Ward.Potassium("o0"));
        await slow.TheAlert(team.Ordering);
        await using var fast = await slow.Beside(Apart);
        await fast.Tell(Ward.Potassium("o1", 6.1m));
        await slow.AlertsWhen(team.Ordering, all => all.Count == 2);

        // By the clock of the node that takes over, both limits are over: too early, and never too late.
        await slow.DisposeAsync();
        await fast.AlertsWhen(await fast.SignIn(team.Ordering), all => all.TrueForAll(each => Level(each) == 2));
        await fast.Tell(Ward.Potassium("o2", 6.2m));
        await fast.AlertsWhen(await fast.SignIn(team.Ordering), all => all.Count == 3);

        await using var again = await fast.Beside(-Apart);
        await fast.DisposeAsync();
        await again.Tell(Ward.Potassium("o3", 6.3m));
        await again.AlertsWhen(await again.SignIn(team.Ordering), all => all.Count == 4);
        again.Clock.Advance(TimeSpan.FromMinutes(30));
        await again.AlertsWhen(await again.SignIn(team.Ordering), all => LevelOf(all, "o3") == 2);
        // What the fast node has raised and handed on is due as much later.
        again.Clock.Advance(Apart);
        var alerts = await again.AlertsWhen(
            await again.SignIn(team.Ordering), all => LevelOf(all, "o0") == 3 && LevelOf(all, "o1") == 3 && LevelOf(all, "o2") == 2);

        await EachOnce(again, alerts);
    }

    [Fact]
    public async Task A_token_is_refused_by_a_node_whose_clock_is_an_hour_away_and_taken_by_its_own()
    {
        await using var slow = await Ward.Open(Engine.Postgres);
        await using var fast = await slow.Beside(Apart);
        var here = await slow.Has(Role.Provider);
        var there = await fast.SignIn(here);

        Assert.Equal((401, 401), (await Asked(fast, here), await Asked(slow, there)));
        Assert.Equal((200, 200), (await Asked(slow, here), await Asked(fast, there)));
    }

    private static async Task<int> Asked(Ward ward, Signed by) => (await ward.Send(by, "GET", "/api/alerts")).Status;

    private static async Task EachOnce(Ward ward, List<JsonElement> alerts)
    {
        var log = await ward.Log();
        Assert.Equal(Enumerable.Range(1, log.Count).Select(position => (long)position), log.Select(each => each.Position));
        Assert.Equal((4, 4), (alerts.Count, log.Count(each => each.Type == "alert.raised")));
        foreach (var alert in alerts)
        {
            var steps = alert.GetProperty("timeline").EnumerateArray().ToList();
            Assert.Single(steps, step => EscalationTests.Text(step, "what") == "raised");
            var levels = steps.Where(step => EscalationTests.Text(step, "what") == "escalated").Select(Level).ToList();
            Assert.Equal(Enumerable.Range(2, levels.Count), levels);
        }
    }

    private static int Level(JsonElement alert) => alert.GetProperty("level").GetInt32();

    private static int LevelOf(List<JsonElement> alerts, string observation) => Level(alerts.Single(
        alert => alert.GetProperty("resource").GetString()!.StartsWith($"Observation/{observation}/", StringComparison.Ordinal)
            || alert.GetProperty("resource").GetString() == $"Observation/{observation}"));
}
