using System.Net.Http.Headers;
using Vagus.Fhir.Api.Tests.Auditing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>What administrators do about receivers that do not take notifications.</summary>
public abstract class FailingSubscriptionTests(SubscriptionServer server)
{
    private const string List = "/api/admin/subscriptions";

    [Fact]
    public async Task An_administrator_sees_what_is_in_error_and_lets_it_go_on()
    {
        await using var desk = await Desk.Open(server);
        await using var south = await Desk.Open(server);
        var (admin, elsewhere) = (await desk.Clinic.Admin(), await south.Clinic.Admin());
        await desk.Subscribe(desk.Form(endpoint: $"{desk.Receiver.Address}well"));
        desk.Receiver.Answers.Enqueue(404);
        var id = (await desk.Owner.Create(desk.Form(content: "empty"))).Is(201).Id;
        await desk.Becomes(id, "error");
        await desk.Observe("o1");
        await desk.Observe("o2");
        await desk.Numbers(2);

        var failing = Assert.Single((await Get(admin, List)).Is(200).Json.GetProperty("items").EnumerateArray());

        Assert.Equal(
            (id, "error", "error-response", desk.Receiver.Address.Authority, 2, 0),
            (failing.GetProperty("id").GetString(), failing.GetProperty("status").GetString(), failing.GetProperty("error").GetString(),
                failing.GetProperty("receiver").GetString(), failing.GetProperty("events").GetInt32(), failing.GetProperty("delivered").GetInt32()));
        Assert.Equal(1, failing.GetProperty("attempts").GetInt32());
        Assert.Equal(DateTimeOffset.UtcNow, failing.GetProperty("failingSince").GetDateTimeOffset(), TimeSpan.FromMinutes(5));
        Assert.DoesNotContain("Patient", failing.GetRawText(), StringComparison.Ordinal);
        Assert.Empty((await Get(elsewhere, List)).Is(200).Json.GetProperty("items").EnumerateArray());
        Assert.Equal(403, (await Get(desk.Owner, List)).Status);
        Assert.Equal(403, (await Replay(desk.Owner, id)).Status);
        Assert.Equal(404, (await Replay(elsewhere, id)).Status);
        Assert.Equal(202, (await Replay(admin, id)).Status);
        await desk.Becomes(id, "active");
        await Desk.Until(() => Task.FromResult(At(desk, "/hook").Count >= 2), "the backlog does not come");
        Assert.Equal([1, 2], At(desk, "/hook"));
        Assert.Empty((await Get(admin, List)).Is(200).Json.GetProperty("items").EnumerateArray());
        Assert.Contains(await AuditedAccess.Of(desk.Clinic), each =>
            each.Action == "update" && each.On?.StartsWith($"Subscription/{id}/", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_receiver_that_lost_what_it_took_gets_it_again_with_the_same_numbers()
    {
        await using var desk = await Desk.Open(server);
        var admin = await desk.Clinic.Admin();
        var id = await desk.Subscribe(desk.Form());
        foreach (var each in new[] { "o1", "o2", "o3" })
        {
            await desk.Observe(each);
            await Desk.Until(() => Task.FromResult(desk.Taken("event-notification").Exists(told => told.Focuses.Contains(each))), "not told");
        }

        Assert.Equal(202, (await Replay(admin, id, "{\"from\":2}")).Status);

        Assert.Equal([1, 2, 3, 2, 3], await desk.Numbers(5));
        Assert.Equal(["o1", "o2", "o3", "o2", "o3"], desk.Taken("event-notification").SelectMany(each => each.Focuses));
        await desk.Becomes(id, "active");
    }

    [Theory]
    [InlineData("{\"from\":0}", 400)]
    [InlineData("{\"from\":3}", 400)]
    [InlineData("{\"from\":\"x\"}", 400)]
    [InlineData("{\"since\":1}", 400)]
    [InlineData("[]", 400)]
    [InlineData("{\"from\":2}", 202)]
    public async Task A_number_that_there_is_none_of_is_refused(string body, int status)
    {
        await using var desk = await Desk.Open(server);
        var admin = await desk.Clinic.Admin();
        var id = await desk.Subscribe(desk.Form());
        await desk.Observe("o");
        await desk.Numbers(1);

        Assert.Equal(status, (await Replay(admin, id, body)).Status);
    }

    [Fact]
    public async Task What_has_no_receiver_or_has_ended_is_not_replayed()
    {
        await using var desk = await Desk.Open(server);
        var admin = await desk.Clinic.Admin();
        var socket = (await desk.Owner.Create(desk.SocketForm())).Is(201).Id;
        var off = (await desk.Owner.Create(desk.Form().Replace("\"requested\"", "\"off\"", StringComparison.Ordinal))).Is(201).Id;

        Assert.Equal(409, (await Replay(admin, socket)).Status);
        Assert.Equal(409, (await Replay(admin, off)).Status);
        Assert.Equal(404, (await Replay(admin, "unknown")).Status);
        Assert.Equal(404, (await Replay(admin, "not_an_id")).Status);
        Assert.Equal(400, (await Get(admin, $"{List}?offset=1")).Status);
    }

    private static List<long> At(Desk desk, string path) =>
        [.. desk.Taken("event-notification").Where(told => told.Request.Path == path).SelectMany(told => told.Numbers)];

    private static Task<Answer> Get(Person person, string path) => person.Send(HttpMethod.Get, path, (string?)null);

    private static Task<Answer> Replay(Person person, string id, string? body = null) => person.Send(
        HttpMethod.Post, $"{List}/{id}/replay", body, request =>
        {
            if (request.Content is { } content) content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        });
}

public sealed class FailingSubscriptionOnSqlite(SqliteSubscriptionServer server) : FailingSubscriptionTests(server);

public sealed class FailingSubscriptionOnPostgres(PostgresSubscriptionServer server) : FailingSubscriptionTests(server);
