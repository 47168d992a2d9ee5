using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Care.Tests.Alerts;

/// <summary>The clock of the machine is set forward and back by an hour, as a wrong time server does.</summary>
public abstract class ClockJumpTests(Engine engine)
{
    private static readonly TimeSpan Jump = TimeSpan.FromHours(1);

    [Fact]
    public async Task Over_jumps_of_an_hour_no_event_is_skipped_and_each_alert_is_raised_once_and_handed_on()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium("o0"));
        await ward.TheAlert(team.Ordering);

        for (var jump = 1; jump <= 4; jump++)
        {
            ward.Clock.Advance(jump % 2 == 1 ? Jump : -Jump);
            await ward.Tell(Ward.Potassium($"o{jump}", 6m + (jump / 10m)));
            var reader = await ward.SignIn(team.Ordering);
            await ward.AlertsWhen(reader, alerts => alerts.Count == jump + 1);
        }

        // The clock is where it was; from here on the limits run as if nothing had been.
        ward.Clock.Advance(TimeSpan.FromHours(3));
        var later = await ward.SignIn(team.Ordering);
        var alerts = await ward.AlertsWhen(later, all => all.TrueForAll(each => each.GetProperty("level").GetInt32() > 1));
        var log = await ward.Log();
        Assert.Equal(Enumerable.Range(1, log.Count).Select(position => (long)position), log.Select(each => each.Position));
        Assert.Equal(5, log.Count(each => each.Type == "alert.raised"));
        Assert.Equal(log.Count, log.Select(each => each.EventId).Distinct().Count());
        foreach (var alert in alerts)
        {
            var steps = alert.GetProperty("timeline").EnumerateArray().Select(step => EscalationTests.Text(step, "what")).ToList();
            Assert.Single(steps, "raised");
            var levels = alert.GetProperty("timeline").EnumerateArray()
                .Where(step => EscalationTests.Text(step, "what") == "escalated")
                .Select(step => step.GetProperty("level").GetInt32()).ToList();
            Assert.Equal(levels.Distinct().Count(), levels.Count);
        }
    }
}

public sealed class ClockJumpOnSqlite() : ClockJumpTests(Engine.Sqlite);

public sealed class ClockJumpOnPostgres() : ClockJumpTests(Engine.Postgres);
