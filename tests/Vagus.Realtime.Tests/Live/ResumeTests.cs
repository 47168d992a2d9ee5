using System.Globalization;

namespace Vagus.Realtime.Tests.Live;

public abstract class ResumeTests(Engine engine)
{
    [Fact]
    public async Task Concurrent_writers_reach_a_socket_in_order_and_once()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        await using var socket = await SocketClient.Open(clinic, ann);
        await using var raw = await RawClient.Open(clinic, ann);
        await raw.Subscribe(new { subscription_id = "s" });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => WriteMany(clinic, 50)));

        var expected = Enumerable.Range(1, 400).Select(number => (long)number);
        Assert.Equal(expected, await Sequences(socket, 400));
        Assert.Equal(expected, await Sequences(raw, 400));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_client_that_is_cut_at_random_misses_nothing_and_sees_nothing_twice(int seed)
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        var random = new Random(seed);
        var writing = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => WriteMany(clinic, 150)));

        var socket = await ReadWithCuts(600, random, () => Resume(clinic, ann));
        var raw = await ReadWithCuts(600, random, () => ResumeRaw(clinic, ann));
        await writing;

        var expected = Enumerable.Range(1, 600).Select(number => (long)number);
        Assert.Equal(expected, socket);
        Assert.Equal(expected, raw);
    }

    [Fact]
    public async Task What_came_live_before_the_subscription_is_not_replayed()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await clinic.WriteOrder();
        await using var client = await SocketClient.Open(clinic, await clinic.SignIn());
        await clinic.WriteOrder();
        await client.Hear("lab:order_created");

        await client.Ask("subscribe", new { since = 0 });
        await clinic.WriteOrder();

        Assert.Equal([1, 3], await Sequences(client, 2));
    }

    [Fact]
    public async Task Overlapping_subscriptions_bring_an_event_once_also_when_they_replay()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await clinic.WriteOrder("p1");
        await clinic.WriteOrder("p2");
        await using var client = await SocketClient.Open(clinic, await clinic.SignIn());

        await client.Ask("subscribe", new { eventTypes = new[] { "lab.*" }, since = 1 });
        await client.Ask("subscribe", new { patientIds = new[] { "p1", "p2" }, since = 0 });
        await clinic.WriteOrder("p2");

        Assert.Equal([1, 2, 3], (await Sequences(client, 3)).Order());
    }

    [Fact]
    public async Task A_position_beyond_the_log_is_a_gap_and_then_life_goes_on()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await clinic.WriteOrder();
        await using var client = await SocketClient.Open(clinic, await clinic.SignIn());

        var answer = await client.Ask("subscribe", new { since = 500 });
        await clinic.WriteOrder();

        Assert.Equal(1, answer.GetProperty("sequence").GetInt64());
        var gap = await client.Hear("gap");
        Assert.Equal((1, 1), (gap.GetProperty("from").GetInt64(), gap.GetProperty("to").GetInt64()));
        Assert.Equal([2], await Sequences(client, 1));
    }

    [Fact]
    public async Task Who_missed_too_much_gets_a_gap_instead()
    {
        await using var clinic = await LiveClinic.Open(engine, new RealtimeOptions { MaxReplay = 3 });
        for (var i = 0; i < 5; i++) await clinic.WriteOrder();
        await using var client = await SocketClient.Open(clinic, await clinic.SignIn());

        await client.Ask("subscribe", new { since = 1 });
        await clinic.WriteOrder();

        var gap = await client.Hear("gap");
        Assert.Equal((2, 5), (gap.GetProperty("from").GetInt64(), gap.GetProperty("to").GetInt64()));
        Assert.Equal([6], await Sequences(client, 1));
    }

    [Fact]
    public async Task A_replay_longer_than_memory_comes_from_the_log()
    {
        await using var clinic = await LiveClinic.Open(engine);
        await using var early = await SocketClient.Open(clinic, await clinic.SignIn());
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => WriteMany(clinic, 50)));
        await using var client = await RawClient.Open(clinic, await clinic.SignIn());

        await client.Subscribe(new { subscription_id = "s", since = 0 });

        Assert.Equal(Enumerable.Range(1, 1000).Select(number => (long)number), await Sequences(client, 1000));
    }

    [Fact]
    public async Task A_raw_client_comes_back_with_its_id_and_goes_on_with_its_subscriptions()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn();
        var client = await RawClient.Connect(clinic);
        await client.Say("authenticate", new { token = ann.Token });
        var id = (await client.Hear("welcome")).GetProperty("client_id").GetString();
        await client.Subscribe(new { subscription_id = "s", patient_ids = new[] { "p1" } });
        client.Cut();
        await clinic.WriteOrder("p1");
        await clinic.WriteOrder("p2");

        await using var back = await ComeBack(clinic, ann, id!);
        await clinic.WriteOrder("p1");

        Assert.Equal([1, 3], await Sequences(back, 2));
    }

    [Fact]
    public async Task The_client_id_of_another_person_opens_nothing()
    {
        await using var clinic = await LiveClinic.Open(engine);
        var ann = await clinic.SignIn(id: "same");
        var namesake = await clinic.SignIn(tenant: LiveClinic.South, id: "same");
        var colleague = await clinic.SignIn();
        var client = await RawClient.Connect(clinic);
        await client.Say("authenticate", new { token = ann.Token });
        var id = (await client.Hear("welcome")).GetProperty("client_id").GetString()!;
        await client.Subscribe(new { subscription_id = "s" });
        client.Cut();

        foreach (var other in new[] { namesake, colleague })
        {
            await using var stranger = await RawClient.Connect(clinic);
            await stranger.Say("authenticate", new { token = other.Token, client_id = id, since = 0 });
            var welcome = await stranger.Hear("welcome");
            Assert.False(welcome.GetProperty("resumed").GetBoolean());
            Assert.NotEqual(id, welcome.GetProperty("client_id").GetString());
        }

        await using var back = await ComeBack(clinic, ann, id);
    }

    /// <summary>The server may learn of the cut only after the client is back: until then the client is new.</summary>
    private static async Task<RawClient> ComeBack(LiveClinic clinic, SignedIn person, string id)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var back = await RawClient.Connect(clinic);
            await back.Say("authenticate", new { token = person.Token, client_id = id, since = 0 });
            if ((await back.Hear("welcome")).GetProperty("resumed").GetBoolean()) return back;

            await back.DisposeAsync();
            await Task.Delay(50);
        }

        throw new TimeoutException("The client was never known again.");
    }

    private static async Task<List<long>> ReadWithCuts(int last, Random random, Func<Func<long, Task<IReader>>> connect)
    {
        var seen = new List<long>();
        var open = connect();
        while (seen.Count == 0 || seen[^1] < last)
        {
            var reader = await open(seen.Count == 0 ? 0 : seen[^1]);
            for (var left = random.Next(1, 120); left > 0 && (seen.Count == 0 || seen[^1] < last); left--) seen.Add(await reader.Next());
            reader.Cut();
        }

        return seen;
    }

    private static Func<long, Task<IReader>> Resume(LiveClinic clinic, SignedIn person) => async since =>
    {
        var client = await SocketClient.Open(clinic, person);
        // What comes live before the subscription comes ahead of the replay; a client that narrows first sees one order.
        var answer = await client.Ask("subscribe", new { eventTypes = new[] { "lab.*" }, since });
        Assert.True(answer.GetProperty("ok").GetBoolean());
        return new SocketReader(client, since);
    };

    private static Func<long, Task<IReader>> ResumeRaw(LiveClinic clinic, SignedIn person) => async since =>
    {
        var client = await RawClient.Open(clinic, person);
        await client.Subscribe(new { subscription_id = "s", since });
        return new RawReader(client);
    };

    private static async Task WriteMany(LiveClinic clinic, int count)
    {
        for (var i = 0; i < count; i++) await clinic.WriteOrder();
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

    private interface IReader
    {
        Task<long> Next();

        void Cut();
    }

    private sealed class RawReader(RawClient client) : IReader
    {
        public async Task<long> Next() => (await client.Hear("clinical_event")).GetProperty("sequence").GetInt64();

        public void Cut() => client.Cut();
    }

    /// <summary>
    /// What arrived live before the subscription came ahead of the replay: it is set aside until the replay has reached it, as the SDK
    /// does.
    /// </summary>
    private sealed class SocketReader(SocketClient client, long since) : IReader
    {
        private readonly HashSet<long> ahead = [];
        private long last = since;

        public async Task<long> Next()
        {
            while (!ahead.Remove(last + 1))
            {
                var sequence = (await client.Hear("lab:order_created")).GetProperty("sequence").GetInt64();
                Assert.True(
                    sequence > last && ahead.Add(sequence),
                    string.Create(CultureInfo.InvariantCulture, $"{sequence} came again after {last}"));
            }

            return ++last;
        }

        public void Cut() => client.Cut();
    }
}

public sealed class ResumeOnSqlite() : ResumeTests(Engine.Sqlite);

public sealed class ResumeOnPostgres() : ResumeTests(Engine.Postgres);
