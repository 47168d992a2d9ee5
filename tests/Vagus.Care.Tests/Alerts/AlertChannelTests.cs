using System.Text;
using System.Text.Json;
using Vagus.Identity.Notices;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Care.Tests.Alerts;

/// <summary>The owner of an alert is told by mail, text message and call too, as the policy says, until somebody has answered.</summary>
public abstract class AlertChannelTests(Engine engine)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Each_owner_is_told_by_the_channels_of_the_level_and_the_last_one_is_called()
    {
        await using var phone = await Receiver.Start();
        await using var ward = await Open(phone);
        var team = await Team.Of(ward);
        await Reachable(ward, team.Ordering, "+15550000001");
        await Reachable(ward, team.Operator, "+15550000004");

        await ward.Tell(Ward.Potassium());
        await Until(() => phone.Taken.Count == 1);
        await team.After(Limit, 2, team.Backup);
        await team.After(Limit, 3, team.Charge);
        await Until(() => ward.MailsTo(team.Charge.Email).Count == 1);
        await team.After(Limit, 4, team.Operator);
        await Until(() => phone.Taken.Count == 3);

        Assert.Equal(
            [("+15550000001", "sms"), ("+15550000004", "sms"), ("+15550000004", "voice")],
            phone.Taken.Select(Of).Order());
        Assert.All(
            phone.Taken, each => Assert.DoesNotContain("otassium", Encoding.UTF8.GetString(each.Body), StringComparison.Ordinal));
        var mail = ward.MailsTo(team.Charge.Email)[0];
        Assert.Contains("Subject: Urgent: an alert waits for you", mail, StringComparison.Ordinal);
        foreach (var name in (string[])["Canary", "otassium", "6.5", "p1"]) Assert.DoesNotContain(name, mail, StringComparison.Ordinal);
        await ward.TheAlert(
            await ward.SignIn(team.Ordering),
            alert => Deliveries(alert, "sent").Count(step => step.GetProperty("channel").GetString() == "voice") == 1);
    }

    [Fact]
    public async Task A_policy_names_the_channels_of_its_levels()
    {
        await using var phone = await Receiver.Start();
        await using var ward = await Open(phone);
        var team = await Team.Of(ward);
        await Reachable(ward, team.Ordering, "+15550000001");
        const string policy = """{"default":{"levels":[{"to":"owner","minutes":10,"channels":["voice"]},{"to":"backup","minutes":10,"channels":[]}]}}""";
        await ward.Done(team.Admin, "PUT", "/api/admin/settings/alert-policy", policy);

        await ward.Tell(Ward.Potassium());
        await Until(() => phone.Taken.Count == 1);
        await team.After(Limit, 2, team.Backup);

        Assert.Equal(("+15550000001", "voice"), Of(phone.Taken.Single()));
        Assert.Empty(ward.MailsTo(team.Ordering.Email));
        Assert.Empty(ward.MailsTo(team.Backup.Email));
        var refused = await ward.Send(
            team.Admin, "PUT", "/api/admin/settings/alert-policy", policy.Replace("voice", "pigeon", StringComparison.Ordinal));
        Assert.True(refused.Status is 400 or 401, $"{refused.Status}");
    }

    [Fact]
    public async Task An_acknowledgement_calls_off_every_channel_and_what_was_in_flight_is_told()
    {
        await using var phone = await Receiver.Start();
        await using var ward = await Open(phone);
        var team = await Team.Of(ward);
        await Reachable(ward, team.Ordering, "+15550000001");
        var reached = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        phone.BeforeAnswer = () =>
        {
            reached.TrySetResult();
            return go.Task;
        };
        await ward.Tell(Ward.Potassium());
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var alert = await ward.TheAlert(team.Ordering);

        await ward.Done(team.Ordering, "POST", $"/api/alerts/{EscalationTests.Id(alert)}/acknowledge", new { readBack = "6.5" });
        go.SetResult();

        var shown = await ward.TheAlert(team.Ordering, each => Deliveries(each, "sent").Any(IsInFlight));
        Assert.Equal("acknowledged", EscalationTests.Text(shown, "state"));
        Assert.Equal("sms", Deliveries(shown, "sent").Single(IsInFlight).GetProperty("channel").GetString());
        ward.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Single(phone.Taken);
    }

    [Fact]
    public async Task A_gateway_that_fails_does_not_make_an_acknowledgement_fail_and_is_told()
    {
        await using var phone = await Receiver.Start();
        await using var ward = await Open(phone);
        var team = await Team.Of(ward);
        await Reachable(ward, team.Ordering, "+15550000001");
        phone.Answers.Enqueue(422);

        await ward.Tell(Ward.Potassium());
        var shown = await ward.TheAlert(team.Ordering, alert => Deliveries(alert, "not_sent").Any());

        Assert.Equal("sms", Deliveries(shown, "not_sent").Single().GetProperty("channel").GetString());
        var done = await ward.Send(
            team.Ordering, "POST", $"/api/alerts/{EscalationTests.Id(shown)}/acknowledge", new { readBack = "6.5" });
        Assert.Equal(200, done.Status);
    }

    [Fact]
    public async Task What_was_not_sent_before_the_process_ended_is_sent_by_the_next_one()
    {
        await using var phone = await Receiver.Start();
        await using var ward = await Open(phone);
        var team = await Team.Of(ward);
        await Reachable(ward, team.Ordering, "+15550000001");
        phone.Answers.Enqueue(503);
        await ward.Tell(Ward.Potassium());
        await Until(() => phone.Taken.Count == 1);

        await ward.Restart();
        ward.Clock.Advance(TimeSpan.FromMinutes(2));
        await Until(() => phone.Taken.Count == 2);

        Assert.Single(phone.Taken.Select(each => each.Headers["Idempotency-Key"]).Distinct());
        await Until(() => ward.MailsTo(team.Ordering.Email).Count > 0);
        Assert.Single(ward.MailsTo(team.Ordering.Email));
    }

    [Fact]
    public async Task A_notification_that_was_seen_is_told_by_no_other_channel_and_one_that_was_not_is()
    {
        await using var ward = await Ward.Open(engine);
        var doctor = await ward.Has(Role.Provider, practitioner: "dr-7");
        await ward.Done(doctor, "PUT", "/api/preferences", new { kinds = new { notification = new[] { "email" } } });
        await ward.Tell(Report("r1"));
        await ward.LogWhen(log => log.Any(each => each.Type == "notification.sent"));
        await ward.Done(doctor, "POST", "/api/notifications/seen");

        ward.Clock.Advance(TimeSpan.FromMinutes(3));
        await ward.Tell(Report("r2"));
        await ward.LogWhen(log => log.Count(each => each.Type == "notification.sent") == 2);
        ward.Clock.Advance(TimeSpan.FromMinutes(3));
        await Until(() => ward.MailsTo(doctor.Email).Count > 0);

        var mail = Assert.Single(ward.MailsTo(doctor.Email));
        Assert.Contains("Subject: Something new waits for you", mail, StringComparison.Ordinal);
        Assert.DoesNotContain("Blood count", mail, StringComparison.Ordinal);
    }

    private static Events.LabResultAvailable Report(string id) =>
        new("p1", $"DiagnosticReport/{id}/_history/1", id, "final", true, "Blood count", OrderingProviderId: "dr-7");

    private Task<Ward> Open(Receiver phone) => Ward.Open(engine, new NoticeOptions
    {
        PhoneWebhook = phone.Address, PhoneSecret = new string('s', 32), PhoneOnPrivateNetwork = true,
    });

    private static Task<JsonElement> Reachable(Ward ward, Signed who, string number) =>
        ward.Done(who, "PUT", "/api/preferences", new { sms = new { enabled = true, phone = number } });

    private static (string To, string Channel) Of(Received request)
    {
        var body = JsonElement.Parse(request.Body);
        return (EscalationTests.Text(body, "to"), EscalationTests.Text(body, "channel"));
    }

    private static IEnumerable<JsonElement> Deliveries(JsonElement alert, string what) =>
        alert.GetProperty("deliveries").EnumerateArray().Where(each => EscalationTests.Text(each, "what") == what);

    private static bool IsInFlight(JsonElement each) => each.GetProperty("inFlight").GetBoolean();

    private static async Task Until(Func<bool> isSo)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!isSo()) await Task.Delay(20, limit.Token);
    }
}

public sealed class AlertChannelsOnSqlite() : AlertChannelTests(Engine.Sqlite);

public sealed class AlertChannelsOnPostgres() : AlertChannelTests(Engine.Postgres);
