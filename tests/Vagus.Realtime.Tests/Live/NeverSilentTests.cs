using System.Text.Json;

namespace Vagus.Realtime.Tests.Live;

/// <summary>
/// A connection that stays open delivers, or says what it could not deliver. Each test is a way in which one was silent once.
/// </summary>
public abstract class NeverSilentTests(Engine engine)
{
    [Fact]
    public async Task A_socket_whose_recovery_was_refused_gets_its_replay_and_then_goes_live()
    {
        await using var clinic = await LiveClinic.Open(engine, new RealtimeOptions { MaxReplay = 20 });
        var ann = await clinic.SignIn();
        var (pid, offset) = await ReadOneAndCut(clinic, ann);
        for (var i = 0; i < 30; i++) await clinic.WriteOrder();
        await clinic.HasRead();

        await using var back = await SocketClient.Connect(clinic, new { token = ann.Token, pid, offset });
        await back.Ask("subscribe", new { since = 15 });
        await clinic.WriteOrder();

        Assert.NotEqual(pid, back.Connected.GetProperty("pid").GetString());
        Assert.Equal(Enumerable.Range(16, 17).Select(number => (long)number), await Sequences(back, 17));
    }

    [Fact]
    public async Task A_long_absence_is_recovered_at_the_pace_of_the_client()
    {
        await using var clinic = await LiveClinic.Open(engine, new RealtimeOptions { MaxQueuedFrames = 16 });
        var ann = await clinic.SignIn();
        var (pid, offset) = await ReadOneAndCut(clinic, ann);
        for (var i = 0; i < 100; i++) await clinic.WriteOrder();

        await using var back = await SocketClient.Connect(clinic, new { token = ann.Token, pid, offset });

        Assert.Equal(pid, back.Connected.GetProperty("pid").GetString());
        Assert.Equal(Enumerable.Range(2, 100).Select(number => (long)number), await Sequences(back, 100));
    }

    [Fact]
    public async Task Recovery_restores_the_subscriptions_on_the_node_that_knows_them()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        var (pid, offset) = await SubscribeAndCut(clinic, ann);
        await clinic.WriteOrder("p9");
        await clinic.WriteOrder("p2");

        await using var back = await SocketClient.Connect(clinic, new { token = ann.Token, pid, offset });

        Assert.Equal(pid, back.Connected.GetProperty("pid").GetString());
        Assert.Equal([3], await Sequences(back, 1));
    }

    [Fact]
    public async Task A_socket_with_subscriptions_is_not_recovered_where_they_are_not_known()
    {
        var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        var (pid, offset) = await SubscribeAndCut(clinic, ann);

        await using var restarted = await clinic.Restart();
        await using var back = await SocketClient.Connect(restarted, new { token = ann.Token, pid, offset });

        Assert.NotEqual(pid, back.Connected.GetProperty("pid").GetString());
    }

    [Fact]
    public async Task A_socket_that_subscribed_and_heard_no_event_is_not_recovered_where_that_is_not_known()
    {
        var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        var client = await SocketClient.Open(clinic, ann);
        await client.Ask("subscribe", new { patientIds = new[] { "p2" } });
        client.Cut();

        await using var restarted = await clinic.Restart();
        var auth = new { token = ann.Token, pid = client.Connected.GetProperty("pid").GetString(), offset = client.Offset };
        await using var back = await SocketClient.Connect(restarted, auth);

        Assert.NotEqual(auth.pid, back.Connected.GetProperty("pid").GetString());
    }

    [Fact]
    public async Task Since_in_the_handshake_brings_the_replay_before_any_live_event()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        for (var i = 0; i < 300; i++) await clinic.WriteOrder();

        await using var client = await SocketClient.Connect(clinic, new { token = ann.Token, since = 5 });
        await clinic.WriteOrder();

        Assert.Equal(Enumerable.Range(6, 296).Select(number => (long)number), await Sequences(client, 296));
    }

    [Fact]
    public async Task Since_in_the_handshake_that_is_gone_is_a_gap()
    {
        await using var clinic = await LiveClinic.Open(engine, new RealtimeOptions { MaxReplay = 3 });
        for (var i = 0; i < 9; i++) await clinic.WriteOrder();

        await using var client = await SocketClient.Connect(clinic, new { token = (await clinic.SignIn()).Token, since = 2 });
        await clinic.WriteOrder();

        var gap = await client.Hear("gap");
        Assert.Equal((3, 9), (gap.GetProperty("from").GetInt64(), gap.GetProperty("to").GetInt64()));
        Assert.Equal([10], await Sequences(client, 1));
    }

    [Fact]
    public async Task A_subscription_made_during_the_replay_of_the_handshake_loses_nothing()
    {
        await using var clinic = await LiveClinic.Open(engine, new RealtimeOptions { MaxQueuedFrames = 16 });
        for (var i = 0; i < 200; i++) await clinic.WriteOrder(i % 2 == 0 ? "p1" : "p2");

        await using var client = await SocketClient.Connect(clinic, new { token = (await clinic.SignIn()).Token, since = 0 });
        await client.Ask("subscribe", new { patientIds = new[] { "p2" } });
        var seen = new List<long>();
        while (seen.Count == 0 || seen[^1] < 200) seen.AddRange(await Sequences(client, 1));

        Assert.Equal(seen.Order(), seen);
        Assert.Equal(100, seen.Count(number => number % 2 == 0));
    }

    [Theory]
    [InlineData("\"x\"")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("9007199254740993")]
    public async Task Since_in_the_handshake_that_is_no_position_is_refused(string since)
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();

        var auth = JsonSerializer.Deserialize<JsonElement>($"{{\"token\":\"{ann.Token}\",\"since\":{since}}}");
        await using var client = await SocketClient.Connect(clinic, auth);

        Assert.True(client.IsRefused);
        Assert.Equal("invalid_field", client.Connected.GetProperty("data").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_raw_client_that_went_away_before_it_subscribed_is_not_resumed_and_gets_the_past_with_its_first_subscription()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        var (client, id) = await Welcome(clinic, ann);
        client.Cut();
        await clinic.WriteOrder();

        var (back, welcome) = await ComeBack(clinic, ann, id, since: 0);
        await back.Subscribe(new { subscription_id = "s" });

        Assert.False(welcome.GetProperty("resumed").GetBoolean());
        Assert.Equal(0, welcome.GetProperty("sequence").GetInt64());
        Assert.Equal([1], await Sequences(back, 1));
    }

    [Fact]
    public async Task Coming_back_without_a_position_does_not_overwrite_what_is_remembered()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        var (client, id) = await Welcome(clinic, ann);
        await client.Subscribe(new { subscription_id = "s" });
        client.Cut();
        var between = await RawClient.Connect(clinic);
        await between.Say("authenticate", new { token = ann.Token, client_id = id });
        Assert.NotEqual(id, (await between.Hear("welcome")).GetProperty("client_id").GetString());
        between.Cut();
        await clinic.WriteOrder();

        var (back, welcome) = await ComeBack(clinic, ann, id, since: 0);

        Assert.True(welcome.GetProperty("resumed").GetBoolean());
        Assert.Equal([1], await Sequences(back, 1));
    }

    [Fact]
    public async Task A_newer_raw_connection_takes_over_a_half_open_older_one()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        var (older, id) = await Welcome(clinic, ann);
        await older.Subscribe(new { subscription_id = "s" });
        await clinic.WriteOrder();

        var (back, welcome) = await ComeBack(clinic, ann, id, since: 0);
        await clinic.WriteOrder();

        Assert.True(welcome.GetProperty("resumed").GetBoolean());
        Assert.Equal([1, 2], await Sequences(back, 2));
        Assert.Equal(4009, await older.HearClose());
    }

    [Fact]
    public async Task A_raw_client_that_is_not_known_after_a_restart_still_gets_what_it_missed()
    {
        var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        var (client, id) = await Welcome(clinic, ann);
        await client.Subscribe(new { subscription_id = "s" });
        await clinic.WriteOrder();
        await client.DisposeAsync();

        await using var restarted = await clinic.Restart();
        var (back, welcome) = await ComeBack(restarted, ann, id, since: 0);
        await back.Subscribe(new { subscription_id = "s" });

        Assert.False(welcome.GetProperty("resumed").GetBoolean());
        Assert.Equal([1], await Sequences(back, 1));
    }

    [Fact]
    public async Task A_raw_client_that_came_back_and_does_not_subscribe_is_told_a_gap()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        await clinic.WriteOrder();

        var (back, _) = await ComeBack(clinic, ann, "unknown", since: 0);
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));

        var gap = await back.Hear("gap");
        Assert.Equal((1, 1), (gap.GetProperty("from").GetInt64(), gap.GetProperty("to").GetInt64()));
    }

    [Fact]
    public async Task An_unknown_resource_type_is_refused_by_name()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await using var client = await RawClient.Open(clinic, await clinic.SignIn());

        await client.Say("subscribe", new { subscription_id = "s", resource_types = new[] { "Patient", "Pateint" } });

        var error = await client.Hear("error");
        Assert.Equal("unknown_resource_type", error.GetProperty("code").GetString());
        Assert.Contains("Pateint", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static async Task<(RawClient Client, string Id)> Welcome(LiveClinic clinic, SignedIn person)
    {
        var client = await RawClient.Connect(clinic);
        await client.Say("authenticate", new { token = person.Token });
        return (client, (await client.Hear("welcome")).GetProperty("client_id").GetString()!);
    }

    private static async Task<(RawClient Client, JsonElement Welcome)> ComeBack(LiveClinic clinic, SignedIn person, string id, long since)
    {
        var back = await RawClient.Connect(clinic);
        await back.Say("authenticate", new { token = person.Token, client_id = id, since });
        return (back, await back.Hear("welcome"));
    }

    private static async Task<(string? Pid, string? Offset)> ReadOneAndCut(LiveClinic clinic, SignedIn person)
    {
        var client = await SocketClient.Open(clinic, person);
        await clinic.WriteOrder();
        await Sequences(client, 1);
        client.Cut();
        return (client.Connected.GetProperty("pid").GetString(), client.Offset);
    }

    private static async Task<(string? Pid, string? Offset)> SubscribeAndCut(LiveClinic clinic, SignedIn person)
    {
        var client = await SocketClient.Open(clinic, person);
        await client.Ask("subscribe", new { eventTypes = new[] { "lab.*" }, patientIds = new[] { "p2" } });
        await clinic.WriteOrder("p2");
        await Sequences(client, 1);
        client.Cut();
        return (client.Connected.GetProperty("pid").GetString(), client.Offset);
    }

    private static async Task<List<long>> Sequences(SocketClient client, int count)
    {
        var seen = new List<long>();
        while (seen.Count < count) seen.Add((await client.Hear("lab:order_created")).GetProperty("sequence").GetInt64());
        return seen;
    }

    private static async Task<List<long>> Sequences(RawClient client, int count)
    {
        var seen = new List<long>();
        while (seen.Count < count) seen.Add((await client.Hear("clinical_event")).GetProperty("sequence").GetInt64());
        return seen;
    }
}

public sealed class NeverSilentOnSqlite() : NeverSilentTests(Engine.Sqlite);

public sealed class NeverSilentOnPostgres() : NeverSilentTests(Engine.Postgres);
