using System.Text.Json;
using Vagus.Events;
using Vagus.Realtime.Feed;
using Vagus.Storage.Writing;

namespace Vagus.Realtime.Tests.Live;

/// <summary>What is owed to a subscription that begins in the past. Each test is a case that the model of a session found.</summary>
public abstract class OwedPastTests(Engine engine)
{
    private static readonly RealtimeOptions SmallQueue = new() { MaxQueuedFrames = 32, PositionInterval = TimeSpan.FromMilliseconds(50) };

    [Fact]
    public async Task A_second_replay_does_not_tell_a_place_that_the_first_has_not_reached()
    {
        await using var clinic = await LiveClinic.Open(engine, SmallQueue);
        await using var raw = await RawClient.Open(clinic, await clinic.SignIn());
        for (var round = 0; round < 10; round++) await WriteAtOnce(clinic, count: 100, size: 20_000);

        await raw.Say("subscribe", new { subscription_id = "a", since = 0 });
        await raw.Say("subscribe", new { subscription_id = "b", since = 900 });

        await HearInto(raw, last: 1_000, (position, lastEvent) => Assert.InRange(position, 0, lastEvent));
    }

    [Fact]
    public async Task A_place_is_told_in_the_middle_of_a_long_replay()
    {
        await using var clinic = await LiveClinic.Open(engine, SmallQueue);
        await using var raw = await RawClient.Open(clinic, await clinic.SignIn());
        for (var round = 0; round < 10; round++) await WriteAtOnce(clinic, count: 100, size: 20_000);
        var told = new List<long>();

        await raw.Say("subscribe", new { subscription_id = "a", since = 0 });
        await HearInto(raw, last: 1_000, (position, _) => told.Add(position), pause: TimeSpan.FromMilliseconds(1));

        Assert.Contains(told, position => position is > 0 and < 1_000);
    }

    [Fact]
    public async Task A_subscription_that_begins_ahead_of_a_slow_session_is_owed_nothing_and_told_no_gap()
    {
        await using var clinic = await LiveClinic.Open(engine, SmallQueue with { MaxReplay = 500 });
        await using var raw = await RawClient.Open(clinic, await clinic.SignIn());
        await raw.Subscribe(new { subscription_id = "a" });
        for (var round = 0; round < 10; round++) await WriteAtOnce(clinic, count: 100, size: 20_000);

        await raw.Say("subscribe", new { subscription_id = "b", since = 400 });

        var heard = new List<string?>();
        for (var count = 0; count < 1_001; count++) heard.Add((await raw.Next())!.Value.GetProperty("type").GetString());
        Assert.Single(heard, "subscribed");
        Assert.DoesNotContain("gap", heard);
    }

    [Fact]
    public async Task A_socket_that_was_cut_in_the_middle_of_a_replay_is_not_recovered_although_all_of_it_was_sent()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await WriteAtOnce(clinic, count: 50, size: 10);
        var ann = await clinic.SignIn();
        var client = await SocketClient.Open(clinic, ann);
        await client.Ask("subscribe", new { since = 0 });
        await client.Next();
        await Eventually(() => IsPaid(clinic));
        client.Cut();

        await using var back = await ComeBack(clinic, ann, client);

        Assert.NotEqual(PidOf(client), PidOf(back));
    }

    [Fact]
    public async Task A_socket_that_was_cut_before_its_first_gap_arrived_is_not_recovered_behind_it()
    {
        await using var clinic = await LiveClinic.Open(engine, new RealtimeOptions { MaxReplay = 10 });
        await WriteAtOnce(clinic, count: 50, size: 10);
        var ann = await clinic.SignIn();
        var client = await SocketClient.Connect(clinic, new { token = ann.Token, since = 20 });

        await using var back = await SocketClient.Connect(clinic, new { token = ann.Token, since = 20, pid = PidOf(client) });

        Assert.NotEqual(PidOf(client), PidOf(back));
        Assert.Equal(21, (await back.Hear("gap")).GetProperty("from").GetInt64());
    }

    [Fact]
    public async Task A_socket_that_received_more_than_its_replay_is_recovered()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await WriteAtOnce(clinic, count: 50, size: 10);
        var ann = await clinic.SignIn();
        var client = await SocketClient.Open(clinic, ann);
        await client.Ask("subscribe", new { since = 0 });
        await clinic.WriteOrder();
        for (var count = 0; count < 51; count++) await client.Next();
        await clinic.WriteOrder();

        await using var back = await ComeBack(clinic, ann, client);

        Assert.Equal(PidOf(client), PidOf(back));
        Assert.Equal(52, (await back.Hear("lab:order_created")).GetProperty("sequence").GetInt64());
    }

    [Fact]
    public async Task A_raw_client_that_went_away_in_the_middle_of_a_replay_gets_the_rest()
    {
        await using var clinic = await LiveClinic.Open(engine, SmallQueue);
        var ann = await clinic.SignIn();
        for (var round = 0; round < 10; round++) await WriteAtOnce(clinic, count: 100, size: 20_000);

        for (var round = 0; round < 10; round++)
        {
            var client = await RawClient.Connect(clinic);
            await client.Say("authenticate", new { token = ann.Token });
            var id = (await client.Hear("welcome")).GetProperty("client_id").GetString();
            await client.Say("subscribe", new { subscription_id = "s", since = 0 });
            var heard = await NextEvent(client);
            client.Cut();
            await Eventually(() => clinic.Get<Feeds>().SessionsOf(LiveClinic.North).Count == 0);

            // What was written to the line before it was known to be dead may count as sent: then the client is resumed from its own place.
            await using var back = await RawClient.Connect(clinic);
            await back.Say("authenticate", new { token = ann.Token, client_id = id, since = heard });
            if (!(await back.Hear("welcome")).GetProperty("resumed").GetBoolean())
                await back.Say("subscribe", new { subscription_id = "s", since = heard });
            Assert.Equal(heard + 1, await NextEvent(back));
        }
    }

    [Fact]
    public async Task A_subscription_that_names_its_beginning_ends_what_is_owed_to_a_raw_client_that_came_back()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await clinic.WriteOrder();
        await using var back = await RawClient.Connect(clinic);
        await back.Say("authenticate", new { token = (await clinic.SignIn()).Token, client_id = "unknown", since = 0 });
        await back.Hear("welcome");

        await back.Subscribe(new { subscription_id = "s", since = 0 });

        Assert.Equal(1, await SequenceOf(back));
        Assert.Equal(1, await back.HearPosition());
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        Tick(clinic);
        await clinic.WriteOrder();
        Assert.Equal(2, await SequenceOf(back));
    }

    [Fact]
    public async Task A_raw_client_that_came_back_at_the_end_of_the_log_and_has_not_subscribed_is_told_what_it_misses_later()
    {
        await using var clinic = await LiveClinic.Open(engine, SmallQueue);
        await clinic.WriteOrder();
        await using var back = await RawClient.Connect(clinic);
        await back.Say("authenticate", new { token = (await clinic.SignIn()).Token, client_id = "unknown", since = 1 });
        await back.Hear("welcome");
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        Tick(clinic);

        await clinic.WriteOrder();
        await Eventually(() => clinic.Get<Feeds>().SessionsOf(LiveClinic.North).All(session => session.Place!.Proven == 2));
        Tick(clinic);
        var gap = await back.Hear("gap");

        Assert.Equal((2, 2), (gap.GetProperty("from").GetInt64(), gap.GetProperty("to").GetInt64()));
        Assert.True(back.Position is null or 1, $"{back.Position} was told before the gap");
        Assert.Equal(2, await back.HearPosition());
    }

    private static void Tick(LiveClinic clinic)
    {
        foreach (var session in clinic.Get<Feeds>().SessionsOf(LiveClinic.North)) session.Tick();
    }

    private static async Task<long> SequenceOf(RawClient client) =>
        (await client.Hear("clinical_event")).GetProperty("sequence").GetInt64();

    private static string? PidOf(SocketClient client) => client.Connected.GetProperty("pid").GetString();

    private static Task<SocketClient> ComeBack(LiveClinic clinic, SignedIn person, SocketClient client) =>
        SocketClient.Connect(clinic, new { token = person.Token, pid = PidOf(client), offset = client.Offset });

    private static bool IsPaid(LiveClinic clinic) =>
        clinic.Get<Feeds>().SessionsOf(LiveClinic.North).All(session => session.Place!.Asked.IsComplete);

    /// <summary>Reads until the last event; each place that is told is looked at together with the last event before it.</summary>
    private static async Task HearInto(RawClient client, long last, Action<long, long> told, TimeSpan pause = default)
    {
        var lastEvent = 0L;
        while (lastEvent < last)
        {
            var before = client.Position;
            JsonElement frame = await client.Next() ?? throw new InvalidOperationException($"Closed after {lastEvent}.");
            if (client.Position is { } position && position != before) told(position, lastEvent);
            if (frame.GetProperty("type").GetString() != "clinical_event") continue;

            lastEvent = frame.GetProperty("data").GetProperty("sequence").GetInt64();
            if (pause > TimeSpan.Zero) await Task.Delay(pause);
        }
    }

    private static async Task<long> NextEvent(RawClient client)
    {
        while (true)
        {
            var frame = (await client.Next())!.Value;
            if (frame.GetProperty("type").GetString() == "clinical_event")
                return frame.GetProperty("data").GetProperty("sequence").GetInt64();
        }
    }

    private static Task WriteAtOnce(LiveClinic clinic, int count, int size)
    {
        var body = EventCatalogue.Serialize(new LabOrderCreated("p1", "ServiceRequest/o1/_history/1", "o1", new string('x', size)));
        return clinic.Get<GroupCommit>().Write<long>(
            LiveClinic.North,
            async (write, cancel) =>
            {
                var last = 0L;
                for (var number = 0; number < count; number++)
                {
                    last = await write.Append(new(clinic.Get<IdSource>().NewId(), "lab.order.created", body), cancel);
                }

                return last;
            },
            default).AsTask();
    }

    private static async Task Eventually(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition()) await Task.Delay(20, limit.Token);
    }
}

public sealed class OwedPastOnSqlite() : OwedPastTests(Engine.Sqlite);

public sealed class OwedPastOnPostgres() : OwedPastTests(Engine.Postgres);
