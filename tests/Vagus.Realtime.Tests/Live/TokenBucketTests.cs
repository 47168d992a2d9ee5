using System.Net.WebSockets;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Tests.Live;

public abstract class TokenBucketTests(Engine engine)
{
    private static readonly RealtimeOptions SmallQueue = new() { MaxQueuedFrames = 32, MaxQueuedBytes = 256 * 1024,
        SendTimeout = TimeSpan.FromSeconds(5) };

    [Fact]
    public async Task A_burst_larger_than_the_queue_reaches_a_reader_whole_and_in_order()
    {
        await using var clinic = await LiveClinic.Open(engine, SmallQueue);
        var ann = await clinic.SignIn();
        await using var socket = await SocketClient.Open(clinic, ann);
        await using var raw = await RawClient.Open(clinic, ann);
        await raw.Subscribe(new { subscription_id = "s" });

        var onSocket = Sequences(socket.Next, 2_001, "lab:order_created");
        var onRaw = Sequences(raw.Next, 2_001, "clinical_event");

        await clinic.WriteAtOnce(count: 2_000, size: 1_000);
        await clinic.WriteOrder();

        var expected = Enumerable.Range(1, 2_001).Select(number => (long)number).ToList();
        Assert.Equal(expected, await onSocket);
        Assert.Equal(expected, await onRaw);
    }

    [Fact]
    public async Task A_session_that_fell_behind_is_live_again_and_falls_behind_again()
    {
        await using var clinic = await LiveClinic.Open(engine, SmallQueue);
        await using var socket = await SocketClient.Open(clinic, await clinic.SignIn());
        var last = 0L;

        for (var round = 0; round < 5; round++)
        {
            await clinic.WriteAtOnce(count: 100, size: 8_000);
            Assert.Equal(Enumerable.Range(1, 100).Select(number => last + number), await Sequences(socket.Next, 100, "lab:order_created"));
            last += 100;
        }

        Assert.Equal(last, await clinic.WriteOrder() - 1);
        Assert.Equal([last + 1], await Sequences(socket.Next, 1, "lab:order_created"));
    }

    [Fact]
    public async Task A_reader_that_takes_nothing_is_cut_and_others_are_not_held_up()
    {
        await using var clinic = await LiveClinic.Open(engine, SmallQueue);
        var ann = await clinic.SignIn();
        await using var stuckRaw = await RawClient.Open(clinic, ann);
        await stuckRaw.Subscribe(new { subscription_id = "s" });
        await using var stuckSocket = await SocketClient.Open(clinic, ann);
        await using var raw = await RawClient.Open(clinic, ann);
        await raw.Subscribe(new { subscription_id = "s" });

        // More than the buffers of a connection take.
        var reading = Sequences(raw.Next, 1_000, "clinical_event");
        for (var round = 0; round < 10; round++) await clinic.WriteAtOnce(count: 100, size: 20_000);

        Assert.Equal(1_000, (await reading)[^1]);
        await Eventually(() => clinic.Get<Feeds>().SessionsOf(LiveClinic.North).Count == 1);
        await clinic.WriteOrder();
        Assert.Equal([1_001], await Sequences(raw.Next, 1, "clinical_event"));
        await Assert.ThrowsAnyAsync<WebSocketException>(async () =>
        {
            while (await stuckRaw.Next() is not null)
            {
                // What the buffers held comes first.
            }

            throw new WebSocketException("closed with a word");
        });
    }

    [Fact]
    public async Task A_session_that_comes_back_to_a_few_events_in_memory_is_not_cut_by_them()
    {
        await using var clinic = await LiveClinic.Open(engine, SmallQueue with { MaxQueuedFrames = 4 });
        var ann = await clinic.SignIn();
        await using var socket = await SocketClient.Open(clinic, ann);
        await clinic.WriteAtOnce(count: 60, size: 10);
        await Sequences(socket.Next, 60, "lab:order_created");

        await using var back = await SocketClient.Connect(clinic, new { token = ann.Token, since = 0 });
        await using var raw = await RawClient.Open(clinic, ann);
        await raw.Subscribe(new { subscription_id = "s", since = 0 });

        Assert.Equal(60, (await Sequences(back.Next, 60, "lab:order_created"))[^1]);
        Assert.Equal(60, (await Sequences(raw.Next, 60, "clinical_event"))[^1]);
    }

    private static async Task<List<long>> Sequences(Func<Task<System.Text.Json.JsonElement?>> next, int count, string name)
    {
        var seen = new List<long>();
        while (seen.Count < count)
        {
            var heard = await next() ?? throw new InvalidOperationException($"Closed after {seen.Count} events.");
            var isArray = heard.ValueKind == System.Text.Json.JsonValueKind.Array;
            Assert.Equal(name, (isArray ? heard[0] : heard.GetProperty("type")).GetString());
            seen.Add((isArray ? heard[1] : heard.GetProperty("data")).GetProperty("sequence").GetInt64());
        }

        return seen;
    }

    private static async Task Eventually(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!condition()) await Task.Delay(20, limit.Token);
    }
}

public sealed class PaceOnSqlite() : TokenBucketTests(Engine.Sqlite);

public sealed class PaceOnPostgres() : TokenBucketTests(Engine.Postgres);
