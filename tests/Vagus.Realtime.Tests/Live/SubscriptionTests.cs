using System.Text.Json;
using Vagus.Events;

namespace Vagus.Realtime.Tests.Live;

public abstract class SubscriptionTests(Engine engine)
{
    [Theory]
    [InlineData("lab.order.created")]
    [InlineData("lab:order_created")]
    [InlineData("lab.*")]
    [InlineData("*")]
    public async Task A_subscription_narrows_by_every_name_of_an_event(string word)
    {
        await using var clinic = await LiveClinic.Open(engine);
        await using var client = await SocketClient.Open(clinic, await clinic.SignIn());
        await client.Ask("subscribe", new { eventTypes = new[] { word }, patientIds = new[] { "p1" } });

        await clinic.Write(EventExamples.All.OfType<ThreadClosed>().First());
        await clinic.WriteOrder("p2");
        await clinic.WriteOrder("p1");

        Assert.Equal(3, (await client.Hear("lab:order_created")).GetProperty("sequence").GetInt64());
    }

    [Fact]
    public async Task The_union_of_subscriptions_decides_and_none_left_is_nothing()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await using var client = await SocketClient.Open(clinic, await clinic.SignIn());
        var lab = await client.Ask("subscribe", new { eventTypes = new[] { "lab.*" } });
        var thread = await client.Ask("subscribe", new { eventTypes = new[] { "thread.*" } });

        await clinic.WriteOrder();
        await clinic.Write(EventExamples.All.OfType<ThreadClosed>().First());
        await client.Hear("lab:order_created");
        await client.Hear("thread:closed");
        await client.Ask("unsubscribe", new { subscriptionId = lab.GetProperty("subscriptionId").GetString() });
        await clinic.WriteOrder();
        await clinic.Write(EventExamples.All.OfType<ThreadClosed>().First());
        await client.Hear("thread:closed");
        await client.Ask("unsubscribe", new { subscriptionId = thread.GetProperty("subscriptionId").GetString() });
        await clinic.WriteOrder();
        await client.Ask("subscribe", new { eventTypes = new[] { "patient.*" }, since = 0 });
        await client.Ask("subscribe", new { eventTypes = new[] { "patient.*" }, since = 0 });

        Assert.False(client.HasKept);
    }

    [Fact]
    public async Task What_a_client_sends_wrong_is_refused_by_a_stable_code()
    {
        await using var clinic = await LiveClinic.Open(engine, new RealtimeOptions { MaxSubscriptions = 1, MaxFilterValues = 3 });
        await using var client = await SocketClient.Open(clinic, await clinic.SignIn());

        Assert.Equal("unknown_field", await Code(client, "subscribe", new { room = "tenant:south" }));
        Assert.Equal("invalid_field", await Code(client, "subscribe", new { since = "1" }));
        Assert.Equal("invalid_field", await Code(client, "subscribe", new { since = -1 }));
        Assert.Equal("invalid_field", await Code(client, "subscribe", new { patientIds = "p1" }));
        Assert.Equal("invalid_field", await Code(client, "subscribe", new { patientIds = new[] { 1 } }));
        Assert.Equal("too_many_values", await Code(client, "subscribe", new { patientIds = new[] { "1", "2", "3", "4" } }));
        Assert.Equal("unknown_event_type", await Code(client, "subscribe", new { eventTypes = new[] { "lab.nothing" } }));
        Assert.Equal("invalid_request", await Code(client, "subscribe", "all"));
        Assert.Equal("subscription_not_found", await Code(client, "unsubscribe", new { subscriptionId = "x" }));
        Assert.Equal("missing_field", await Code(client, "unsubscribe", new { }));
        Assert.Equal("not_found", await Code(client, "acknowledge", new { alertId = "a1" }));
        Assert.Equal("unknown_event", await Code(client, "join", "tenant:south"));
        Assert.True((await client.Ask("subscribe")).GetProperty("ok").GetBoolean());
        Assert.Equal("too_many_subscriptions", await Code(client, "subscribe", new { }));
    }

    [Fact]
    public async Task A_raw_subscription_narrows_by_type_patient_and_kind()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await using var client = await RawClient.Open(clinic, await clinic.SignIn());
        await client.Subscribe(
            new { subscription_id = "s", resource_types = new[] { "Observation" }, patient_ids = new[] { "p1" },
            event_types = new[] { "order_placed" } });

        await clinic.Write(Created("Condition", "c", "p1"), "p1");
        await clinic.Write(Created("Observation", "other", "p2"), "p2");
        await clinic.WriteOrder("p2");
        await clinic.Write(EventExamples.All.OfType<ThreadClosed>().First(), "p1");
        await clinic.Write(Created("Observation", "mine", "p1"), "p1");
        await clinic.WriteOrder("p1");

        Assert.Equal("mine", (await client.Hear("update")).GetProperty("resource_id").GetString());
        Assert.Equal("order_placed", (await client.Hear("clinical_event")).GetProperty("event_type").GetString());
    }

    [Fact]
    public async Task Bad_raw_frames_are_answered_and_too_many_end_the_connection()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await using var client = await RawClient.Open(clinic, await clinic.SignIn());
        string[] frames = ["nonsense", "[]", "{}", "{\"type\":7}", "{\"type\":\"join\"}", "{\"type\":\"subscribe\",\"data\":[]}",
            "{\"type\":\"ping\",\"type\":\"ping\"}"];
        var codes = new List<string?>();

        foreach (var frame in frames)
        {
            await client.SayText(frame);
            codes.Add((await client.Hear("error")).GetProperty("code").GetString());
        }

        Assert.Equal(["bad_frame", "bad_frame", "bad_frame", "bad_frame", "unknown_type", "invalid_request", "bad_frame"], codes);
        for (var i = 0; i < 20; i++) await client.SayText("nonsense");
        Assert.Equal(1008, await client.HearClose());
    }

    [Fact]
    public async Task A_raw_client_that_sends_too_much_is_closed()
    {
        await using var clinic = await LiveClinic.Open(engine, new RealtimeOptions { MaxFrameBytes = 2_000, MaxFramesPerSecond = 1 });
        var ann = await clinic.SignIn();
        await using var big = await RawClient.Open(clinic, ann);
        await using var fast = await RawClient.Open(clinic, ann);

        await big.SayText($"{{\"type\":\"{new string('x', 3_000)}\"}}");
        for (var i = 0; i < 5; i++) await fast.Say("ping", new { });

        Assert.Equal(1009, await big.HearClose());
        Assert.Equal(4429, await fast.HearClose());
    }

    private static ResourceCreated Created(string type, string id, string patient) =>
        new(type, id, "1", $"{type}/{id}/_history/1", patient);

    private static async Task<string?> Code(SocketClient client, string name, object request)
    {
        JsonElement answer = await client.Ask(name, request);
        Assert.False(answer.GetProperty("ok").GetBoolean());
        return answer.GetProperty("error").GetProperty("code").GetString();
    }
}

public sealed class SubscriptionOnSqlite() : SubscriptionTests(Engine.Sqlite);

public sealed class SubscriptionOnPostgres() : SubscriptionTests(Engine.Postgres);
