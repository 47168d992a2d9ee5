using System.Net.WebSockets;
using System.Text.Json;
using Vagus.Fhir.Subscribing;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Receivers that are down, signs of life, ends, and processes that end: with a clock that the test moves.</summary>
public abstract class SubscriptionTimeTests(Engine engine) : ClockedServerTests(engine)
{
    [Fact]
    public async Task A_receiver_that_was_down_for_an_hour_gets_everything_once_and_in_order()
    {
        await using var desk = await Desk.Open(Server);
        var id = await desk.Subscribe(desk.Form());
        for (var answer = 0; answer < 100; answer++) desk.Receiver.Answers.Enqueue(503);
        for (var number = 1; number <= 30; number++) await desk.Observe($"o{number}");
        var attempts = 0;
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromHours(1); attempts++)
        {
            await Failed(desk, id, attempts + 1);
            // The pause doubles from ten seconds on, up to half an hour.
            var pause = TimeSpan.FromSeconds(Math.Min(10 * Math.Pow(2, attempts), 1800));
            passed += pause;
            await Moves(pause);
        }

        await Failed(desk, id, attempts + 1);
        var failed = desk.Taken("event-notification").Count;
        Assert.All(desk.Taken("event-notification"), told => Assert.Equal(1, told.Numbers[0]));
        desk.Receiver.Answers.Clear();

        await Moves(TimeSpan.FromMinutes(31));
        await Desk.Until(() => Task.FromResult(Taken().Count() >= 30), "not all events came");

        Assert.Equal(Enumerable.Range(1, 30).Select(number => (long)number), Taken());
        await desk.Becomes(id, "active", await Again(desk));

        IEnumerable<long> Taken() => desk.Taken("event-notification").Skip(failed).SelectMany(told => told.Numbers);
    }

    [Fact]
    public async Task A_receiver_that_is_down_for_days_is_an_error_and_numbers_go_on()
    {
        await using var desk = await Desk.Open(Server);
        var id = await desk.Subscribe(desk.Form());
        desk.Receiver.Answers.Enqueue(500);
        desk.Receiver.Answers.Enqueue(500);
        await desk.Observe("o1");
        await Failed(desk, id, attempts: 1);

        await Moves(TimeSpan.FromDays(4));

        var owner = await Again(desk);
        await desk.Becomes(id, "error", owner);
        (await owner.Put("Observation/o2", Sample.Observation("Patient/p", id: "o2"))).Is(201);
        await Desk.Until(
            async () => (await owner.Get($"Subscription/{id}/$status")).Is(200).Text.Contains("\"2\"", StringComparison.Ordinal),
            "events are not counted any more");
        Assert.Equal("error", await StatusOf(desk, id));
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("id-only")]
    [InlineData("full-resource")]
    public async Task A_receiver_that_did_not_take_something_is_told_so_with_the_next_attempt(string content)
    {
        await using var desk = await Desk.Open(Server);
        var id = await desk.Subscribe(desk.Form(content: content));
        desk.Receiver.Answers.Enqueue(503);
        await desk.Observe("o1");
        await Failed(desk, id, attempts: 1);

        await Moves(TimeSpan.FromSeconds(11));
        var told = await desk.Notified(2);
        await desk.Observe("o2");
        var next = (await desk.Notified(3))[2];

        var outcome = OutcomeOf(told[1])!.Value;
        Assert.Equal("OperationOutcome", outcome.GetProperty("resourceType").GetString());
        Assert.Equal(
            ("warning", "transient"),
            (outcome.GetProperty("issue")[0].GetProperty("severity").GetString(), outcome.GetProperty("issue")[0].GetProperty("code").GetString()));
        Assert.Null(OutcomeOf(told[0]));
        Assert.Null(OutcomeOf(next));
        Assert.Equal(told[0].Entries.Count, told[1].Entries.Count);
    }

    [Fact]
    public async Task Signs_of_life_come_where_they_are_asked_for_and_count_nothing()
    {
        await using var desk = await Desk.Open(Server);
        await desk.Subscribe(desk.Form(channel: Desk.ChannelExtension("backport-heartbeat-period", "valueUnsignedInt", 60)));
        await desk.Subscribe(desk.Form(endpoint: $"{desk.Receiver.Address}without"));
        await desk.Observe("o");
        await desk.Numbers(2);

        // The period begins when the one before was recorded, which the receiver does not see.
        await Desk.Until(
            async () =>
            {
                await Moves(TimeSpan.FromSeconds(61));
                return desk.Taken("heartbeat").Count >= 3;
            },
            "three signs of life do not come");

        var beats = desk.Taken("heartbeat");
        Assert.All(beats, beat => Assert.Equal(
            (1, "active", 0, "/hook"), (beat.Count, beat.Text("status", "valueCode"), beat.Events.Count, beat.Request.Path)));
    }

    [Fact]
    public async Task A_subscription_ends_at_its_end()
    {
        await using var desk = await Desk.Open(Server);
        var id = await desk.Subscribe(desk.Form(more: $",\"end\":\"{Clock.GetUtcNow().AddMinutes(2):yyyy-MM-ddTHH:mm:ssZ}\""));
        await desk.Observe("o");
        await desk.Numbers(1);

        // The token of the desk lasts longer.
        await Moves(TimeSpan.FromSeconds(130));

        await desk.Becomes(id, "off");
        await desk.Observe("late");
        await desk.Subscribe(desk.Form(endpoint: $"{desk.Receiver.Address}other"));
        await desk.Observe("later");
        await Desk.Until(() => Task.FromResult(desk.Taken("event-notification").Exists(told => told.Request.Path == "/other")), "nothing is told");
        Assert.Equal([1], desk.Taken("event-notification").Where(told => told.Request.Path == "/hook").SelectMany(told => told.Numbers));
    }

    [Fact]
    public async Task What_was_labelled_before_it_could_be_delivered_is_a_number_and_nothing_else()
    {
        await using var desk = await Desk.Open(Server);
        var restricted = await desk.Clinic.Provider(seesSensitive: false);
        var id = (await restricted.Create(desk.Form(content: "full-resource"))).Is(201).Id;
        await desk.Becomes(id, "active", restricted);
        desk.Receiver.Answers.Enqueue(500);
        await desk.Observe("o");
        await Failed(desk, id, attempts: 1);

        await desk.Observe("o", Sample.Labelled("R"));
        await Moves(TimeSpan.FromSeconds(11));

        var again = (await desk.Notified(2))[1];
        Assert.Equal([1], again.Numbers);
        Assert.Empty(again.Focuses);
        Assert.Single(again.Entries);
        Assert.DoesNotContain("Observation", again.Bundle.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_owner_may_not_see_any_more_is_a_number_and_nothing_else()
    {
        await using var desk = await Desk.Open(Server);
        await desk.Subscribe(desk.Form(content: "full-resource"));
        desk.Receiver.Answers.Enqueue(500);
        await desk.Observe("o", Sample.Labelled("R"));
        await Desk.Until(() => Task.FromResult(desk.Taken("event-notification").Count == 1), "no attempt was made");

        await Server.Get<ChangeUser>().SetLabels(desk.Clinic.Tenant, await desk.OwnerId(), Sensitivity.None, CancellationToken.None);
        await Desk.Until(
            async () =>
            {
                await Moves(TimeSpan.FromSeconds(11));
                return desk.Taken("event-notification").Count >= 2;
            },
            "no second attempt is made");

        var again = desk.Taken("event-notification")[1];
        Assert.Equal(["o"], desk.Taken("event-notification")[0].Focuses);
        Assert.Equal([1], again.Numbers);
        Assert.Equal((0, 1), (again.Focuses.Count, again.Entries.Count));
        Assert.DoesNotContain("Observation", again.Bundle.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_subscription_that_a_newer_rule_would_refuse_ends_all_the_same()
    {
        await using var desk = await Desk.Open(Server);
        var id = await desk.Subscribe(desk.Form(more: $",\"end\":\"{Clock.GetUtcNow().AddMinutes(2):yyyy-MM-ddTHH:mm:ssZ}\""));
        await new SubscriptionRows(desk).SetStored(
            id, """ "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><script/></div>"},""");

        await Moves(TimeSpan.FromSeconds(130));

        await desk.Becomes(id, "off");
    }

    [Fact]
    public async Task A_subscription_ends_when_its_owner_is_of_a_role_that_may_have_none()
    {
        await using var desk = await Desk.Open(Server);
        var id = await desk.Subscribe(desk.Form());
        var admin = await desk.Clinic.Admin();
        desk.Receiver.Answers.Enqueue(500);
        await desk.Observe("o");
        await Failed(desk, id, attempts: 1);

        await Server.Get<ChangeUser>().SetRole(desk.Clinic.Tenant, await desk.OwnerId(), Role.FrontDesk, CancellationToken.None);
        await Moves(TimeSpan.FromSeconds(11));

        await desk.Becomes(id, "off", admin);
        Assert.Single(desk.Taken("event-notification"));
    }

    [Fact]
    public async Task A_token_of_a_socket_ends_soon_and_a_socket_hears_signs_of_life()
    {
        await using var desk = await Desk.Open(Server);
        var form = desk.SocketForm(channel: Desk.ChannelExtension("backport-heartbeat-period", "valueUnsignedInt", 60));
        var id = (await desk.Owner.Create(form)).Is(201).Id;
        var late = await BoundSocket.Token(desk.Owner, id);
        await using var socket = await BoundSocket.Bound(desk.Owner, id);
        await Moves(TimeSpan.FromSeconds(31));
        await using var refused = await BoundSocket.Open(Server.Address);

        await refused.Say($"bind-with-token {late}");

        Assert.Equal((WebSocketCloseStatus)4401, await refused.Closed());
        Assert.Empty(refused.Heard);
        await Moves(TimeSpan.FromSeconds(31));
        var beat = (await socket.Hears(1, "heartbeat"))[0];
        Assert.Equal((0, "active", 0), (beat.Count, beat.Text("status", "valueCode"), beat.Events.Count));
    }

    [Fact]
    public async Task A_process_that_is_killed_loses_no_event_and_no_number()
    {
        await using var desk = await Desk.Open(Server);
        await desk.Subscribe(desk.Form());
        await desk.Observe("o1");
        await desk.Numbers(1);
        var held = new TaskCompletionSource();
        desk.Receiver.BeforeAnswer = () => held.Task;
        await desk.Observe("o2");
        await desk.Numbers(2);

        await Server.House.Restart(isKilled: true);
        desk.Receiver.BeforeAnswer = () => Task.CompletedTask;
        held.SetResult();
        await Moves(TimeSpan.FromMinutes(2));
        var owner = await Again(desk);
        (await owner.Put("Observation/o3", Sample.Observation("Patient/p", id: "o3"))).Is(201);

        await Desk.Until(
            () => Task.FromResult(desk.Taken("event-notification").SelectMany(told => told.Numbers).Contains(3)), "event 3 does not come");
        var numbers = desk.Taken("event-notification").SelectMany(told => told.Numbers).ToList();
        Assert.Equal([1, 2, 3], numbers.Distinct());
        Assert.Equal(numbers.Order(), numbers);
        var focuses = desk.Taken("event-notification").SelectMany(told => told.Numbers.Zip(told.Focuses)).Distinct();
        Assert.Equal([(1, "o1"), (2, "o2"), (3, "o3")], focuses);
    }

    // A pause counts from the moment at which the failure is recorded, which is after the receiver has seen the request.
    private Task Failed(Desk desk, string id, int attempts) => Desk.Until(
        async () => await Server.Get<Database>().QueryOne(
            SubscriptionTables.Find, [desk.Clinic.Tenant.Value, id], SubscriptionRow.Of, CancellationToken.None) is { } row
                && row.Attempts >= attempts,
        $"attempt {attempts} is not recorded");

    private static JsonElement? OutcomeOf(Notified told) =>
        told.Entries[0].GetProperty("response").TryGetProperty("outcome", out var outcome) ? outcome : null;

    // The server looks for what is due every second of the machine's own Clock.
    private Task Moves(TimeSpan by)
    {
        Clock.Advance(by);
        return Task.CompletedTask;
    }

    private async Task<string?> StatusOf(Desk desk, string id) =>
        (await (await Again(desk)).Get($"Subscription/{id}")).Is(200).Json.GetProperty("status").GetString();

    // A token of before runs out when the clock is moved.
    private async Task<Person> Again(Desk desk) =>
        new(Server, (await Server.House.SignIn("person1@example.org", Role.Provider, desk.Clinic.Tenant)).Token);
}

public sealed class SubscriptionTimeOnSqlite() : SubscriptionTimeTests(Engine.Sqlite);

public sealed class SubscriptionTimeOnPostgres() : SubscriptionTimeTests(Engine.Postgres);
