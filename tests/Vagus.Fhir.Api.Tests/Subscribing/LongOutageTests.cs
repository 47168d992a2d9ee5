using System.Text.Json;
using Vagus.Fhir.Subscribing;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Receivers that are down for days, and what is written between two attempts: with a clock that the test moves.</summary>
public abstract class LongOutageTests(Engine engine) : ClockedServerTests(engine)
{
    private static readonly TimeSpan Outage = TimeSpan.FromDays(2.9);

    [Fact]
    public async Task A_receiver_that_was_down_for_almost_three_days_gets_everything_once_and_in_order()
    {
        await using var desk = await Desk.Open(Server);
        await desk.Clinic.Admin();
        var (id, began) = (await desk.Subscribe(desk.Form()), Clock.GetUtcNow());
        await Fails(desk, id, async attempt =>
        {
            if (attempt % 10 != 1) return;
            (await (await Again(desk)).Put($"Observation/o{attempt}", Sample.Observation("Patient/p", id: $"o{attempt}"))).Is(201);
        });
        var failed = desk.Taken("event-notification").Count;
        var listed = Assert.Single(await Failing(desk));
        desk.Receiver.Answers.Clear();

        Next(EndNotification.LongestPause);
        var written = (int)(await new SubscriptionRows(desk).Of(id)).Events;
        await Desk.Until(() => Task.FromResult(Taken().Count() >= written), "not all events came");

        Assert.InRange(failed, 140, 160);
        Assert.Equal(
            ("active", "error-response", failed, began, 0),
            (listed.GetProperty("status").GetString(), listed.GetProperty("error").GetString(), listed.GetProperty("attempts").GetInt32(),
                listed.GetProperty("failingSince").GetDateTimeOffset(), listed.GetProperty("delivered").GetInt32()));
        Assert.Equal(Enumerable.Range(1, written).Select(number => (long)number), Taken());
        Assert.All(desk.Taken("event-notification").Take(failed), told => Assert.Equal(1, told.Numbers[0]));
        await Desk.Until(async () => (await Failing(desk)).Count == 0, "it is listed still");

        IEnumerable<long> Taken() => desk.Taken("event-notification").Skip(failed).SelectMany(told => told.Numbers);
    }

    [Fact]
    public async Task Behind_three_days_it_is_an_error_that_its_owner_and_those_who_run_the_server_see()
    {
        await using var desk = await Desk.Open(Server);
        await desk.Clinic.Admin();
        var id = await desk.Subscribe(desk.Form());
        await Fails(desk, id, async attempt =>
        {
            if (attempt == 1) await desk.Observe("o1");
        });

        Next(TimeSpan.FromDays(3) - Outage);
        var owner = await Again(desk);
        await desk.Becomes(id, "error", owner);

        Assert.Equal(
            "The receiver does not take notifications: error-response.",
            (await owner.Get($"Subscription/{id}")).Is(200).Json.GetProperty("error").GetString());
        var listed = Assert.Single(await Failing(desk));
        Assert.Equal((id, "error", 1, 0), (
            listed.GetProperty("id").GetString(), listed.GetProperty("status").GetString(), listed.GetProperty("events").GetInt32(),
            listed.GetProperty("delivered").GetInt32()));
        Assert.Contains("error-response", (await owner.Get($"Subscription/{id}/$status")).Is(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_version_that_was_written_between_attempts_is_told_once_under_its_number()
    {
        await using var desk = await Desk.Open(Server);
        var (id, rows) = (await desk.Subscribe(desk.Form(content: "full-resource")), new SubscriptionRows(desk));
        for (var answer = 0; answer < 3; answer++) desk.Receiver.Answers.Enqueue(503);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await desk.Observe("o", $",\"note\":[{{\"text\":\"note {attempt}\"}}]");
            await Desk.Until(async () => (await rows.Of(id)).Events == attempt, $"version {attempt} has no number");
            if (attempt > 1) Next(EndNotification.PauseAfter(attempt - 1));
            await Desk.Until(async () => (await rows.Of(id)).Attempts == attempt, $"attempt {attempt} is not recorded");
        }

        Next(EndNotification.PauseAfter(3));
        await Desk.Until(async () => (await rows.Of(id)).Delivered == 3, "not all is delivered");

        var told = desk.Taken("event-notification");
        Assert.Equal(
            ["1:note 1", "1:note 1,2:note 2", "1:note 1,2:note 2,3:note 3", "1:note 1,2:note 2,3:note 3"],
            told.Select(each => string.Join(',', each.Numbers.Zip(each.Entries.Skip(1).Select(NoteOf), (number, note) => $"{number}:{note}"))));

        await desk.Observe("o", ",\"note\":[{\"text\":\"note 4\"}]");

        Assert.Equal([4], (await desk.Notified(5))[4].Numbers);
    }

    [Fact]
    public async Task A_number_that_is_told_again_carries_what_its_owner_may_see_at_that_time()
    {
        await using var desk = await Desk.Open(Server);
        var (id, rows) = (await desk.Subscribe(desk.Form(content: "full-resource")), new SubscriptionRows(desk));
        var users = Server.Get<ChangeUser>();
        var owner = await desk.OwnerId();
        for (var answer = 0; answer < 2; answer++) desk.Receiver.Answers.Enqueue(503);
        await desk.Observe("o", Sample.Labelled("R"));
        await Desk.Until(async () => (await rows.Of(id)).Attempts == 1, "no attempt is recorded");

        await users.SetLabels(desk.Clinic.Tenant, owner, Sensitivity.None, CancellationToken.None);
        Next(EndNotification.PauseAfter(1));
        await Desk.Until(async () => (await rows.Of(id)).Attempts == 2, "the second attempt is not recorded");
        await users.SetLabels(desk.Clinic.Tenant, owner, Sensitivity.All, CancellationToken.None);
        Next(EndNotification.PauseAfter(2));

        var told = await desk.Notified(3);
        Assert.All(told, each => Assert.Equal([1], each.Numbers));
        Assert.Equal([2, 1, 2], told.Select(each => each.Entries.Count));
        Assert.Equal(["o", "", "o"], told.Select(each => string.Join(',', each.Focuses)));
        Assert.All(told, each => Assert.Equal("Parameters", each.Status.GetProperty("resourceType").GetString()));
    }

    private static string? NoteOf(JsonElement entry) => entry.GetProperty("resource").GetProperty("note")[0].GetProperty("text").GetString();

    /// <summary>Attempts that fail, each as early as it may be made, until the outage has lasted.</summary>
    private async Task Fails(Desk desk, string id, Func<int, Task> before)
    {
        var rows = new SubscriptionRows(desk);
        for (var answer = 0; answer < 1000; answer++) desk.Receiver.Answers.Enqueue(503);
        var passed = TimeSpan.Zero;
        for (var attempt = 1; ; attempt++)
        {
            await before(attempt);
            await Desk.Until(async () => (await rows.Of(id)).Attempts == attempt, $"attempt {attempt} is not recorded");
            var pause = EndNotification.PauseAfter(attempt);
            if (passed + pause > Outage) return;
            passed += pause;
            Next(pause);
        }
    }

    private void Next(TimeSpan pause)
    {
        Clock.Advance(pause);
        Server.Get<SendNotifications>().Wake();
    }

    private async Task<List<JsonElement>> Failing(Desk desk) => [.. (await (await Again(desk, Role.Admin)).Send(
        HttpMethod.Get, "/api/admin/subscriptions", (string?)null)).Is(200).Json.GetProperty("items").EnumerateArray()];

    // A token of before runs out when the clock is moved.
    private async Task<Person> Again(Desk desk, Role role = Role.Provider) => new(
        Server,
        (await Server.House.SignIn(role == Role.Provider ? "person1@example.org" : "person2@example.org", role, desk.Clinic.Tenant)).Token);
}

public sealed class LongOutageOnSqlite() : LongOutageTests(Engine.Sqlite);

public sealed class LongOutageOnPostgres() : LongOutageTests(Engine.Postgres);
