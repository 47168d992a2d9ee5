using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Subscribing;

/// <summary>Subscriptions that the server itself cannot work on: they wait, administrators see them, and all others go on.</summary>
public abstract class FaultySubscriptionTests(Engine engine) : ClockedServerTests(engine)
{
    [Fact]
    public async Task Headers_that_cannot_be_opened_are_failed_attempts_that_administrators_see()
    {
        await using var desk = await Desk.Open(Server);
        var (id, rows) = (await desk.Subscribe(desk.Form()), new SubscriptionRows(desk));
        await rows.Set(id, "headers = @headers", new byte[] { 1, 2, 3 });

        await desk.Observe("o");
        await Desk.Until(async () => (await rows.Of(id)).Attempts == 1, "the first attempt is not recorded");
        Clock.Advance(TimeSpan.FromSeconds(11));
        await Desk.Until(async () => (await rows.Of(id)).Attempts == 2, "the second attempt is not recorded");

        Assert.Equal((id, "active", "server-fault"), await Failing(desk));
        await rows.Set(id, "headers = null");
        Clock.Advance(TimeSpan.FromSeconds(21));
        Assert.Equal([1], await desk.Numbers(1));
        await Desk.Until(async () => (await rows.Of(id)).Attempts == 0, "what was taken does not end it");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    public async Task A_row_whose_plan_cannot_be_read_stops_neither_numbers_nor_deliveries_of_others(string body)
    {
        await using var desk = await Desk.Open(Server);
        await using var south = await Desk.Open(Server);
        var (id, rows) = (await desk.Subscribe(desk.Form()), new SubscriptionRows(desk));
        await desk.Subscribe(desk.Form(endpoint: $"{desk.Receiver.Address}other"));
        await south.Subscribe(south.Form());
        await rows.Set(id, "body = @body, due_at = 1, position = position + 1", body);

        await desk.Observe("o");
        await south.Observe("s");

        Assert.Equal("/other", Assert.Single(await desk.Notified(1)).Request.Path);
        Assert.Equal(["s"], Assert.Single(await south.Notified(1)).Focuses);
        await Desk.Until(async () => (await rows.Of(id)).Attempts == 1, "nobody is told of it");
        Assert.Equal((id, "active", "server-fault"), await Failing(desk));
        (await desk.Owner.Get("Subscription/$status")).Is(200);
        (await desk.Owner.Put($"Subscription/{id}", desk.Form().Replace("\"Subscription\",", $"\"Subscription\",\"id\":\"{id}\",", StringComparison.Ordinal))).Is(200);
        await desk.Becomes(id, "active");
        await desk.Observe("o2");
        await Desk.Until(() => Task.FromResult(desk.Taken("event-notification").Exists(
            told => told.Request.Path == "/hook" && told.Focuses.Contains("o2"))), "written anew it does not go on");
    }

    private static async Task<(string? Id, string? Status, string? Error)> Failing(Desk desk)
    {
        var admin = await desk.Clinic.Admin();
        var listed = (await admin.Send(HttpMethod.Get, "/api/admin/subscriptions", (string?)null)).Is(200).Json.GetProperty("items");
        var one = Assert.Single(listed.EnumerateArray());
        return (one.GetProperty("id").GetString(), one.GetProperty("status").GetString(), one.GetProperty("error").GetString());
    }
}

public sealed class FaultySubscriptionOnSqlite() : FaultySubscriptionTests(Engine.Sqlite);

public sealed class FaultySubscriptionOnPostgres() : FaultySubscriptionTests(Engine.Postgres);
