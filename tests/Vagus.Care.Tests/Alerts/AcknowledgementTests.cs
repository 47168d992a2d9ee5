using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Events;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Tests.Alerts;

/// <summary>People answer alerts: one acknowledgement wins, and what is acknowledged is not resolved.</summary>
public abstract class AcknowledgementTests(Engine engine)
{
    [Fact]
    public async Task Of_two_acknowledgements_at_once_one_wins_and_the_other_learns_whose_it_was()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium());
        var id = EscalationTests.Id(await ward.TheAlert(team.Ordering));

        var answers = await Task.WhenAll(
            new[] { team.Ordering, team.Backup, team.Charge, team.Operator }
                .Select(async person =>
                    (Person: person, Answer: await ward.Send(person, "POST", $"/api/alerts/{id}/acknowledge", new { }))));

        var winner = Assert.Single(answers, each => each.Answer.Status == 200);
        foreach (var (_, (status, body)) in answers.Where(each => each.Answer.Status != 200))
        {
            Assert.Equal(409, status);
            Assert.Equal(
                ("already_acknowledged", winner.Person.User), (EscalationTests.Text(body, "code"), EscalationTests.Text(body, "by")));
            Assert.Equal(ward.Clock.GetUtcNow(), body.GetProperty("at").GetDateTimeOffset());
        }

        Assert.Single(await ward.Log(), each => each.Type == "alert.acknowledged");
        var alert = await ward.TheAlert(team.Ordering);
        Assert.Equal((1, "acknowledged", winner.Person.User), EscalationTests.Stand(alert));
    }

    [Fact]
    public async Task What_is_done_answers_with_the_timeline_as_the_list_does()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium());
        var id = EscalationTests.Id(await ward.TheAlert(team.Ordering));

        foreach (var (act, body, step) in new (string, object, string)[]
        {
            ("acknowledge", new { }, "acknowledged"), ("delegate", new { to = team.Backup.User }, "delegated"),
            ("calls", new { called = "Dr. Ruiz", reached = false }, "called"), ("resolve", new { action = "treated" }, "resolved"),
        })
        {
            var answered = (await ward.Done(team.Ordering, "POST", $"/api/alerts/{id}/{act}", body)).GetProperty("timeline");

            Assert.Contains(answered.EnumerateArray(), each => EscalationTests.Text(each, "what") == step);
            Assert.Equal((await ward.Alerts(team.Ordering))[0].GetProperty("timeline").GetRawText(), answered.GetRawText());
        }
    }

    [Fact]
    public async Task A_cursor_that_no_page_gave_is_refused()
    {
        await using var ward = await Ward.Open(engine);
        var nurse = await ward.Has(Role.Nurse);

        foreach (var list in new[] { "/api/alerts", "/api/notifications" })
        {
            var (status, body) = await ward.Send(nurse, "GET", $"{list}?cursor=zzz");
            Assert.Equal((400, "invalid_field"), (status, EscalationTests.Text(body, "code")));
        }
    }

    [Theory]
    [InlineData(null, 422)]
    [InlineData("5.6", 422)]
    [InlineData("16.5", 422)]
    [InlineData("six point five", 422)]
    [InlineData("Potassium 6.5 mmol/L", 200)]
    [InlineData("6,50", 200)]
    public async Task Where_the_tenant_demands_it_the_read_back_must_name_the_value(string? readBack, int expected)
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Done(team.Admin, "PUT", "/api/admin/settings/alert-policy", """{"default":{"readBack":true}}""");
        await ward.Tell(Ward.Potassium());
        var id = EscalationTests.Id(await ward.TheAlert(team.Ordering));

        var early = await ward.Send(team.Ordering, "POST", $"/api/alerts/{id}/resolve", new { action = "treated" });
        var (status, body) = await ward.Send(team.Ordering, "POST", $"/api/alerts/{id}/acknowledge", new { readBack });

        Assert.Equal((409, "not_acknowledged"), (early.Status, EscalationTests.Text(early.Body, "code")));
        Assert.Equal(expected, status);
        if (expected == 422) Assert.Equal("read_back_differs", EscalationTests.Text(body, "code"));
    }

    [Fact]
    public async Task A_delegated_alert_waits_for_the_colleague_or_for_who_stands_in()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await Away(ward, team.Backup, team.Charge);
        await ward.Tell(Ward.Potassium());
        var id = EscalationTests.Id(await ward.TheAlert(team.Ordering));
        await ward.Done(team.Ordering, "POST", $"/api/alerts/{id}/acknowledge", new { });

        var delegated = await ward.Done(
            team.Ordering, "POST", $"/api/alerts/{id}/delegate", new { to = team.Backup.User, note = "I am in surgery" });

        Assert.Equal((1, "escalated", team.Charge.User), EscalationTests.Stand(delegated));
        Assert.True(delegated.GetProperty("requiresAcknowledgment").GetBoolean());
        var log = await ward.Log();
        var told = log.Last(each => each.Type == "alert.escalated");
        Assert.Equal("delegated", EscalationTests.Text(JsonElement.Parse(told.Body), "reason"));
        Assert.Equal([team.Charge.User], log.Last(each => each.Type == "notification.critical").Audience!.Participants);
    }

    [Fact]
    public async Task An_alert_is_not_delegated_to_somebody_who_would_not_be_told_of_it()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Done(
            team.Admin, "PUT", "/api/admin/settings/visibility", new { nurse = new[] { "notification.critical" } });
        await ward.Tell(Ward.Potassium());
        var id = EscalationTests.Id(await ward.TheAlert(team.Ordering));

        var nurse = await ward.Send(team.Ordering, "POST", $"/api/alerts/{id}/delegate", new { to = team.Charge.User });
        var colleague = await ward.Send(team.Ordering, "POST", $"/api/alerts/{id}/delegate", new { to = team.Backup.User });

        Assert.Equal((422, "cannot_delegate"), (nurse.Status, EscalationTests.Text(nurse.Body, "code")));
        Assert.Equal(200, colleague.Status);
    }

    [Fact]
    public async Task An_alert_is_not_delegated_to_somebody_who_may_not_see_it_or_is_away_for_ever()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        var clerk = await ward.Has(Role.FrontDesk);
        var stranger = await ward.Has(Role.Provider, Ward.South);
        await Away(ward, team.Backup, team.Charge);
        await Away(ward, team.Charge, team.Backup);
        await ward.Tell(Ward.Potassium());
        var id = EscalationTests.Id(await ward.TheAlert(team.Ordering));

        foreach (var (to, code) in new[]
        {
            (clerk.User, "cannot_delegate"), (stranger.User, "cannot_delegate"), ("nobody", "cannot_delegate"),
            (team.Backup.User, "delegate_away"),
        })
        {
            var (status, body) = await ward.Send(team.Ordering, "POST", $"/api/alerts/{id}/delegate", new { to });
            Assert.Equal((422, code), (status, EscalationTests.Text(body, "code")));
        }
    }

    [Fact]
    public async Task An_alert_of_another_tenant_or_of_a_role_that_treats_nobody_is_not_there()
    {
        await using var ward = await Ward.Open(engine);
        var (north, south) = (await Team.Of(ward), await Team.Of(ward, Ward.South));
        await ward.Tell(Ward.Potassium());
        await ward.Tell(Ward.Potassium(), tenant: Ward.South);
        var ids = (EscalationTests.Id(await ward.TheAlert(north.Ordering)), EscalationTests.Id(await ward.TheAlert(south.Ordering)));
        var clerk = await ward.Has(Role.FrontDesk);

        foreach (var (person, id) in new[] { (north.Ordering, ids.Item2), (south.Ordering, ids.Item1) })
        {
            foreach (var (path, body) in new (string, object)[]
            {
                ("acknowledge", new { }), ("resolve", new { action = "treated" }), ("delegate", new { to = person.User }),
                ("calls", new { called = "x", reached = false }),
            })
            {
                Assert.Equal(404, (await ward.Send(person, "POST", $"/api/alerts/{id}/{path}", body)).Status);
            }
        }

        Assert.Equal(403, (await ward.Send(clerk, "GET", "/api/alerts")).Status);
        Assert.Equal(403, (await ward.Send(clerk, "POST", $"/api/alerts/{ids.Item1}/acknowledge", new { })).Status);
    }

    [Fact]
    public async Task What_is_done_to_an_alert_is_in_the_audit()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium());
        var id = EscalationTests.Id(await ward.TheAlert(team.Ordering));
        await ward.Done(team.Ordering, "POST", $"/api/alerts/{id}/acknowledge", new { });
        await ward.Done(team.Ordering, "POST", $"/api/alerts/{id}/delegate", new { to = team.Charge.User });
        await ward.Done(team.Charge, "POST", $"/api/alerts/{id}/resolve", new { action = "informed" });

        var page = await ward.Get<AuditReader>().Search(
            Ward.North, new AuditFilter { Resource = $"Alert/{id}" }, before: null, count: 100, default);

        Assert.Equal(
            [AuditActions.RaiseAlert, AuditActions.AcknowledgeAlert, AuditActions.DelegateAlert, AuditActions.ResolveAlert],
            page.Entries.Select(each => each.Entry.Action).Reverse());
        Assert.All(page.Entries, each => Assert.Equal([new PatientId("p1")], each.Entry.Patients));
    }

    [Fact]
    public async Task The_metrics_tell_how_fast_alerts_were_answered()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        foreach (var (observation, minutes) in new[] { ("a", 1), ("b", 3), ("c", 20) })
        {
            await ward.Tell(Ward.Potassium(observation, 7m, at: $"2026-03-01T07:0{minutes % 10}:00Z"));
            var ordering = await ward.SignIn(team.Ordering);
            bool IsNew(JsonElement each) => EscalationTests.Text(each, "state") == "raised";
            var alert = (await ward.AlertsWhen(ordering, alerts => alerts.Exists(IsNew))).Single(IsNew);
            ward.Clock.Advance(TimeSpan.FromMinutes(minutes));
            await ward.Done(
                await ward.SignIn(team.Ordering), "POST", $"/api/alerts/{EscalationTests.Id(alert)}/resolve", new { action = "treated" });
        }

        var told = await ward.Done(await ward.SignIn(team.Ordering), "GET", "/api/alerts/metrics");

        var all = told.GetProperty("all");
        Assert.All((string[])["raised", "acknowledged", "resolved"], name => Assert.Equal(3, all.GetProperty(name).GetInt32()));
        Assert.Equal(180, all.GetProperty("secondsToAcknowledgementMedian").GetDouble());
        Assert.Equal(1200, all.GetProperty("secondsToAcknowledgementP90").GetDouble());
        Assert.Equal(0.6667, all.GetProperty("shareWithinLimit").GetDouble());
        Assert.Equal(3, told.GetProperty("byType").GetProperty("critical_lab_value").GetProperty("raised").GetInt32());
    }

    [Fact]
    public async Task The_metrics_count_any_number_of_alerts()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Tell(Ward.Potassium());
        var id = EscalationTests.Id(await ward.TheAlert(team.Ordering));
        Assert.False((await ward.Get<GroupCommit>().Write<int>(
            Ward.North, async (write, cancel) => await write.Execute(CopyThirtyThousandTimes, [Ward.North.Value, id], cancel), default))
            .IsRefused);
        ward.Clock.Advance(TimeSpan.FromMinutes(1));

        var told = await ward.Done(await ward.SignIn(team.Ordering), "GET", "/api/alerts/metrics");

        var all = told.GetProperty("all");
        Assert.Equal((30_001, 30_000), (all.GetProperty("raised").GetInt32(), all.GetProperty("resolved").GetInt32()));
        Assert.Equal(14_999, all.GetProperty("secondsToActionMedian").GetDouble());
        Assert.Equal([30_001], all.GetProperty("byLevel").EnumerateArray().Select(count => count.GetInt32()));
    }

    [Theory]
    [InlineData("from")]
    [InlineData("until")]
    public async Task Metrics_of_no_instant_are_refused_by_its_name(string name)
    {
        await using var ward = await Ward.Open(engine);
        var nurse = await ward.Has(Role.Nurse);

        var (status, body) = await ward.Send(nurse, "GET", $"/api/alerts/metrics?{name}=yesterday");

        Assert.Equal((400, "invalid_field"), (status, EscalationTests.Text(body, "code")));
        Assert.Contains($"'{name}'", EscalationTests.Text(body, "detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_back_is_compared_with_what_the_person_sees()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        await ward.Done(team.Admin, "PUT", "/api/admin/settings/alert-policy", """{"default":{"readBack":true}}""");
        var hidden = new NewEvent("", "", default)
        {
            Labels = Sensitivity.Hiv, Released = true, Draws = [new EventDraw("Observation", "o2") { Labels = Sensitivity.Hiv }],
            OpenBody = EventCatalogue.Serialize(Ward.Potassium() with { Value = null }),
        };
        await ward.Tell(Ward.Potassium(), like: hidden);
        var alert = await ward.TheAlert(team.Ordering);
        Assert.Equal(JsonValueKind.Null, alert.GetProperty("details").GetProperty("value").ValueKind);
        var path = $"/api/alerts/{EscalationTests.Id(alert)}/acknowledge";

        var guessed = await ward.Send(team.Ordering, "POST", path, new { readBack = "6.5" });
        var read = await ward.Send(team.Ordering, "POST", path, new { readBack = "severe hyperkalemia" });

        Assert.Equal((422, "read_back_differs"), (guessed.Status, EscalationTests.Text(guessed.Body, "code")));
        Assert.Equal(200, read.Status);
    }

    [Fact]
    public async Task A_value_that_has_to_be_read_back_is_not_acknowledged_by_a_person_from_whom_it_is_hidden()
    {
        await using var ward = await Ward.Open(engine);
        var team = await Team.Of(ward);
        var trusted = await ward.Has(Role.Provider, labels: Sensitivity.Hiv);
        await ward.Done(team.Admin, "PUT", "/api/admin/settings/alert-policy", """{"default":{"readBack":true}}""");
        var hidden = new NewEvent("", "", default)
        {
            Labels = Sensitivity.Hiv, Released = true, Draws = [new EventDraw("Observation", "o2") { Labels = Sensitivity.Hiv }],
            OpenBody = "{}"u8.ToArray(),
        };
        await ward.Tell(Ward.Potassium(), like: hidden);
        var path = $"/api/alerts/{EscalationTests.Id(await ward.TheAlert(team.Ordering))}/acknowledge";

        var unseen = await ward.Send(team.Ordering, "POST", path, new { readBack = "6.5" });
        var seen = await ward.Send(trusted, "POST", path, new { readBack = "6.5" });

        Assert.Equal((403, "restricted_record"), (unseen.Status, EscalationTests.Text(unseen.Body, "code")));
        Assert.Equal(200, seen.Status);
    }

    private static readonly Statement CopyThirtyThousandTimes = new("""
        with digit (n) as (
          select 0 union all select 1 union all select 2 union all select 3 union all select 4
          union all select 5 union all select 6 union all select 7 union all select 8 union all select 9)
        insert into care_alert (
          tenant_id, alert_id, alert_type, subject, said, source, content, policy, state, level, hidden, raised_at, resolved_at, steps)
        select a.tenant_id, a.alert_id || '-' || cast(m.number as text), a.alert_type, a.subject || '-' || cast(m.number as text), a.said,
          a.source, a.content, a.policy, 'resolved', 1, a.hidden, a.raised_at + m.number, a.raised_at + m.number + m.number * 1000000, 0
        from care_alert a
        cross join (
          select cast(a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n as bigint) as number
          from digit a, digit b, digit c, digit d, digit e
          where e.n < 3) m
        where a.tenant_id = @tenant_id
          and a.alert_id = @alert_id
        """);

    private static Task<JsonElement> Away(Ward ward, Signed who, Signed delegateTo) => ward.Done(
        who, "PUT", "/api/on-call/out-of-office",
        new { from = ward.Clock.GetUtcNow().AddHours(-1), until = ward.Clock.GetUtcNow().AddDays(7), delegateTo = delegateTo.User });
}

public sealed class AcknowledgementOnSqlite() : AcknowledgementTests(Engine.Sqlite);

public sealed class AcknowledgementOnPostgres() : AcknowledgementTests(Engine.Postgres);
