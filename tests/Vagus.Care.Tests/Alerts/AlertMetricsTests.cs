using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Tests.Alerts;

/// <summary>How fast alerts were answered, by type, shift and clinician, for one tenant alone; and what operators see of it.</summary>
public abstract class AlertMetricsTests(Engine engine)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Each_step_has_a_median_a_ninth_decile_and_the_share_in_its_limit()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await Acknowledged(ward, team, "a", afterMinutes: 1, resolvedAfter: 30);
        await ward.Tell(Ward.Potassium("b"));
        await ward.AlertsWhen(await ward.SignIn(team.Ordering), alerts => alerts.Count == 2);
        ward.Clock.Advance(Limit);
        var late = (await ward.AlertsWhen(
            await ward.SignIn(team.Backup), alerts => alerts.Exists(each => EscalationTests.Text(each, "state") == "escalated")))[0];
        ward.Clock.Advance(TimeSpan.FromMinutes(2));
        await ward.Done(
            await ward.SignIn(team.Backup), "POST", $"/api/alerts/{EscalationTests.Id(late)}/resolve", new { action = "treated" });
        await FiveSecondsLater(ward);

        var all = (await Metrics(ward, team)).GetProperty("all");

        Assert.Equal((2, 2, 2, 2), (Count(all, "raised"), Count(all, "notified"), Count(all, "acknowledged"), Count(all, "resolved")));
        Assert.Equal((5, 5, 0), Told(all, "secondsToNotification", "secondsToNotificationP90", "shareNotifiedWithinLimit"));
        Assert.Equal((60, 720, 0.5), Told(all, "secondsToAcknowledgementMedian", "secondsToAcknowledgementP90", "shareWithinLimit"));
        Assert.Equal((720, 1860, 1), Told(all, "secondsToActionMedian", "secondsToActionP90", "shareActedWithinLimit"));
        Assert.Equal(0.5, all.GetProperty("escalationRate").GetDouble());
        Assert.Equal([2, 1], all.GetProperty("byLevel").EnumerateArray().Select(count => count.GetInt32()));
    }

    [Fact]
    public async Task Alerts_are_counted_for_each_clinician_and_shift_of_the_clinics_own_clock()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        // In New York the test begins in the night: three hours before the day's shift.
        await ward.Done(team.Admin, "PUT", "/api/admin/settings/time-zone", "\"America/New_York\"");
        var night = ward.Clock.GetUtcNow();
        Assert.Equal(8, night.Hour);
        await Acknowledged(ward, team, "a", afterMinutes: 1, resolvedAfter: 1);
        await Acknowledged(ward, team, "b", afterMinutes: 1, resolvedAfter: 1);
        ward.Clock.Advance(TimeSpan.FromHours(6));
        await ward.Tell(Ward.Potassium("c", at: "2026-03-01T13:50:00Z"));
        await ward.AlertsWhen(await ward.SignIn(team.Ordering), alerts => alerts.Count == 3);
        ward.Clock.Advance(Limit);
        await ward.AlertsWhen(await ward.SignIn(team.Backup), alerts => EscalationTests.Text(alerts[0], "state") == "escalated");

        var told = await Metrics(ward, team);

        Assert.Equal("America/New_York", EscalationTests.Text(told, "timeZone"));
        var shifts = told.GetProperty("byShift");
        Assert.Equal((1, 2), (Count(shifts.GetProperty("07:00"), "raised"), Count(shifts.GetProperty("19:00"), "raised")));
        Assert.Equal(
            [(team.Ordering.User, 3, 2, 2, 2), (team.Backup.User, 1, 0, 1, 1)],
            told.GetProperty("byClinician").EnumerateArray().Select(each => (
                EscalationTests.Text(each, "userId")!, Count(each, "alerts"), Count(each, "answered"), Count(each, "shifts"),
                Count(each, "mostInAShift"))));
        var first = told.GetProperty("byClinician")[0];
        Assert.Equal(1.5, first.GetProperty("alertsPerShift").GetDouble());
        Assert.StartsWith("Somebody", EscalationTests.Text(first, "name"), StringComparison.Ordinal);

        await ward.Done(await ward.SignIn(team.Admin), "PUT", "/api/admin/settings/alert-shifts", """["03:00"]""");
        shifts = (await Metrics(ward, team)).GetProperty("byShift");
        Assert.Equal(3, Count(Assert.Single(shifts.EnumerateObject(), shift => shift.Name == "03:00").Value, "raised"));
    }

    [Fact]
    public async Task Alerts_of_another_tenant_are_in_no_figure()
    {
        await using var ward = await Ward.Open(engine);
        var (north, south) = (await Team.Of(ward), await Team.Of(ward, Ward.South));
        await Acknowledged(ward, north, "a", afterMinutes: 1, resolvedAfter: 1);
        var ofSouth = await Metrics(ward, south);
        await ward.Tell(Ward.Potassium(), tenant: Ward.South);
        await ward.AlertsWhen(await ward.SignIn(south.Ordering), alerts => alerts.Count == 1);

        var (then, ofNorth) = (await Metrics(ward, south), await Metrics(ward, north));

        Assert.Equal(0, Count(ofSouth.GetProperty("all"), "raised"));
        Assert.All((string[])["byType", "byShift"], name => Assert.Empty(ofSouth.GetProperty(name).EnumerateObject()));
        Assert.Empty(ofSouth.GetProperty("byClinician").EnumerateArray());
        Assert.Equal((1, 0), (Count(then.GetProperty("all"), "raised"), Count(then.GetProperty("all"), "acknowledged")));
        Assert.Equal([south.Ordering.User], People(then));
        Assert.Equal((1, 1), (Count(ofNorth.GetProperty("all"), "raised"), Count(ofNorth.GetProperty("all"), "acknowledged")));
        Assert.Equal([north.Ordering.User], People(ofNorth));
    }

    [Fact]
    public async Task A_call_that_reached_somebody_is_an_acknowledgement_in_the_figures_too()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium());
        var path = $"/api/alerts/{EscalationTests.Id(await ward.TheAlert(team.Ordering))}/calls";
        ward.Clock.Advance(TimeSpan.FromMinutes(2));
        const string Note = "She said \"reached\":true";
        await ward.Done(team.Ordering, "POST", path, new { called = "Dr. Ruiz", reached = false, note = Note });
        var missed = await Metrics(ward, team);
        await ward.Done(team.Ordering, "POST", path, new { called = "Dr. Ruiz", reached = true, readBack = "6.5" });

        var reached = await Metrics(ward, team);

        Assert.Equal(0, Count(missed.GetProperty("all"), "acknowledged"));
        Assert.Equal(121, reached.GetProperty("all").GetProperty("secondsToAcknowledgementMedian").GetDouble());
        Assert.Equal(1, Count(reached.GetProperty("byClinician")[0], "answered"));
    }

    [Theory]
    [InlineData("""{"day":"07:00"}""")]
    [InlineData("[]")]
    [InlineData("""["7 am"]""")]
    [InlineData("""["19:00","07:00"]""")]
    [InlineData("""["01:00","02:00","03:00","04:00","05:00","06:00","07:00"]""")]
    public async Task Shifts_that_divide_no_day_are_refused(string shifts)
    {
        await using var ward = await Ward.Open(engine);
        var admin = await ward.Has(Role.Admin);

        var (status, body) = await ward.Send(admin, "PUT", "/api/admin/settings/alert-shifts", shifts);

        Assert.Equal((400, "invalid_alert_shifts"), (status, EscalationTests.Text(body, "code")));
    }

    [Fact]
    public async Task Operators_see_how_long_acknowledgements_take_and_what_went_on()
    {
        await using var ward = await Ward.Open(engine);
        var told = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Scope == ward.Get<IMeterFactory>() && instrument.Meter.Name == "Vagus.Care")
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, seconds, tags, _) => told.Enqueue(
            string.Create(CultureInfo.InvariantCulture, $"{instrument.Name} {seconds} {tags[0].Key}={tags[0].Value}")));
        listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) => told.Enqueue(
            string.Create(CultureInfo.InvariantCulture, $"{instrument.Name} {count} {tags.Length}")));
        listener.Start();
        var team = await Team.Of(ward);
        await Acknowledged(ward, team, "a", afterMinutes: 1, resolvedAfter: 1);
        await ward.Tell(Ward.Potassium("b"));
        await ward.AlertsWhen(await ward.SignIn(team.Ordering), alerts => alerts.Count == 2);
        ward.Clock.Advance(Limit);
        var late = await ward.AlertsWhen(
            await ward.SignIn(team.Backup), alerts => EscalationTests.Text(alerts[0], "state") == "escalated");
        ward.Clock.Advance(TimeSpan.FromMinutes(1));
        await ward.Done(
            await ward.SignIn(team.Backup), "POST", $"/api/alerts/{EscalationTests.Id(late[0])}/resolve", new { action = "treated" });

        // It is counted behind the commit that the alert was read after.
        Assert.True(SpinWait.SpinUntil(() => told.Count >= 3, TimeSpan.FromSeconds(10)), string.Join(", ", told));
        Assert.Equal(
            [
                "vagus.care.alert.acknowledgement.duration 60 in_limit=true",
                "vagus.care.alert.acknowledgement.duration 660 in_limit=false",
                "vagus.care.alerts.escalated 1 0",
            ],
            told.Order(StringComparer.Ordinal));
    }

    private static async Task Acknowledged(Ward ward, Team team, string observation, int afterMinutes, int resolvedAfter)
    {
        await ward.Tell(Ward.Potassium(observation, at: $"2026-03-01T07:0{observation[0] % 10}:00Z"));
        static bool IsNew(JsonElement each) => EscalationTests.Text(each, "state") == "raised";
        var alert = (await ward.AlertsWhen(await ward.SignIn(team.Ordering), alerts => alerts.Exists(IsNew))).Single(IsNew);
        ward.Clock.Advance(TimeSpan.FromMinutes(afterMinutes));
        var path = $"/api/alerts/{EscalationTests.Id(alert)}";
        await ward.Done(await ward.SignIn(team.Ordering), "POST", $"{path}/acknowledge", new { });
        ward.Clock.Advance(TimeSpan.FromMinutes(resolvedAfter));
        await ward.Done(await ward.SignIn(team.Ordering), "POST", $"{path}/resolve", new { action = "treated" });
    }

    private static async Task<JsonElement> Metrics(Ward ward, Team team)
    {
        // The range ends before its last instant.
        ward.Clock.Advance(TimeSpan.FromSeconds(1));
        return await ward.Done(await ward.SignIn(team.Ordering), "GET", "/api/alerts/metrics");
    }

    /// <summary>As where the alerts are raised late: five seconds after what tells of them.</summary>
    private static async Task FiveSecondsLater(Ward ward) => Assert.False((await ward.Get<GroupCommit>().Write<int>(
        Ward.North,
        async (write, cancel) =>
        {
            await write.Execute(DelayAlerts, [Ward.North.Value], cancel);
            return await write.Execute(DelaySteps, [Ward.North.Value], cancel);
        },
        default)).IsRefused);

    private static int Count(JsonElement figures, string name) => figures.GetProperty(name).GetInt32();

    private static (double, double, double) Told(JsonElement figures, string median, string decile, string share) =>
        (figures.GetProperty(median).GetDouble(), figures.GetProperty(decile).GetDouble(), figures.GetProperty(share).GetDouble());

    private static IEnumerable<string?> People(JsonElement told) =>
        told.GetProperty("byClinician").EnumerateArray().Select(each => EscalationTests.Text(each, "userId"));

    private static readonly Statement DelayAlerts = new("""
        update care_alert
        set raised_at = raised_at + 5000000, resolved_at = resolved_at + 5000000
        where tenant_id = @tenant_id
        """);

    private static readonly Statement DelaySteps = new("""
        update care_alert_step
        set at = at + 5000000
        where tenant_id = @tenant_id
        """);
}

public sealed class AlertMetricsOnSqlite() : AlertMetricsTests(Engine.Sqlite);

public sealed class AlertMetricsOnPostgres() : AlertMetricsTests(Engine.Postgres);
