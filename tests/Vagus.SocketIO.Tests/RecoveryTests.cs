using System.Text.Json;

namespace Vagus.SocketIO.Tests;

public sealed class RecoveryTests
{
    [Fact]
    public async Task What_was_missed_comes_before_the_answer_to_connect_and_rooms_are_back()
    {
        await using var live = await Start();
        var (wire, pid, sid) = await Join(live, "ada");
        var ns = live.Server.Of("/");
        ns.Find(sid)!.Join("ward");
        ns.To("ward").Emit("n", 1);
        var offset = Offset(await wire.Read());
        await Gone(live, wire);

        ns.To("ward").Emit("n", 2);
        ns.To("elsewhere").Emit("n", 3);
        ns.To(sid).Emit("n", 4);
        var (back, first) = await live.Join(Connect("ada", pid, offset));
        var rest = await back.Read(2);
        ns.To("ward").Emit("n", 5);

        Assert.StartsWith("42[\"n\",2,", first);
        Assert.StartsWith("42[\"n\",4,", rest[0]);
        Assert.Contains(sid, rest[1], StringComparison.Ordinal);
        Assert.Contains(pid, rest[1], StringComparison.Ordinal);
        Assert.StartsWith("42[\"n\",5,", await back.Read());
    }

    [Fact]
    public async Task A_client_that_had_received_nothing_recovers_from_where_it_began()
    {
        await using var live = await Start();
        live.Server.Of("/").Emit("n", 0);
        var (wire, pid, sid) = await Join(live, "ada");
        await Gone(live, wire);
        live.Server.Of("/").Emit("n", 1);

        var (back, first) = await live.Join(Connect("ada", pid, offset: null));

        Assert.StartsWith("42[\"n\",1,", first);
        Assert.Contains(sid, await back.Read(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_identity_does_not_get_the_session()
    {
        await using var live = await Start();
        var (wire, pid, sid) = await Join(live, "ada");
        await Gone(live, wire);
        live.Server.Of("/").To(sid).Emit("secret");

        var (_, answer) = await live.Join(Connect("eve", pid, offset: null));

        Assert.StartsWith("40{", answer);
        Assert.DoesNotContain(sid, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_middleware_runs_for_a_recovering_client_too()
    {
        await using var live = await Start();
        var (wire, pid, _) = await Join(live, "ada");
        await Gone(live, wire);

        var (_, answer) = await live.Join($"40{{\"pid\":\"{pid}\"}}");

        Assert.StartsWith("44{", answer);
    }

    [Fact]
    public async Task A_session_is_continued_once_and_the_older_connection_is_cut_off()
    {
        await using var live = await Start();
        var (wire, pid, sid) = await Join(live, "ada");

        var (back, answer) = await live.Join(Connect("ada", pid, offset: null));
        var old = await wire.Read();
        wire.Cut();
        await PollingTests.Until(() => live.Server.ConnectionCount == 1);
        live.Server.Of("/").To(sid).Emit("n", 1);

        Assert.Contains(sid, answer, StringComparison.Ordinal);
        Assert.Equal("closed", old);
        Assert.Equal(CloseCode.Replaced, wire.CloseStatus);
        Assert.StartsWith("42[\"n\",1,", await back.Read());
        Assert.Equal(1, live.Server.Of("/").Count);
    }

    [Fact]
    public async Task A_session_that_was_sent_away_does_not_come_back()
    {
        await using var live = await Start();
        var (wire, pid, sid) = await Join(live, "ada");
        live.Server.Of("/").Find(sid)!.Disconnect(closeConnection: true);
        await wire.Read(2);

        var (_, answer) = await live.Join(Connect("ada", pid, offset: null));

        Assert.DoesNotContain(sid, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_history_no_longer_reaches_back_the_client_gets_a_new_session()
    {
        await using var live = await Start(recovery => recovery.MaxEvents = 5);
        var (wire, pid, sid) = await Join(live, "ada");
        await Gone(live, wire);
        for (var i = 0; i < 6; i++) live.Server.Of("/").Emit("n", i);

        var (_, answer) = await live.Join(Connect("ada", pid, offset: null));

        Assert.StartsWith("40{", answer);
        Assert.DoesNotContain(sid, answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_larger_than_the_queue_is_sent_as_fast_as_it_is_read()
    {
        await using var live = await LiveServer.Start(
            io => io.Namespace("/", ns => ns.Use((socket, _) =>
            {
                socket.Identity = "ada";
                return ValueTask.FromResult<ConnectRefusal?>(null);
            })),
            options =>
            {
                options.Recovery = new RecoveryOptions();
                options.Engine.MaxQueuedBytes = 100_000;
                options.Engine.MaxQueuedPackets = 50;
            });
        var (wire, pid, sid) = await Join(live, "ada");
        await Gone(live, wire);
        for (var i = 0; i < 1_000; i++) live.Server.Of("/").Emit("n", i, new string('x', 2_000));

        var (back, first) = await live.Join(Connect("ada", pid, offset: null));
        var rest = await back.Read(1_000);

        Assert.StartsWith("42[\"n\",0,", first);
        Assert.StartsWith("42[\"n\",999,", rest[^2]);
        Assert.Contains(sid, rest[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_volatile_event_does_not_end_in_what_a_client_takes_for_an_offset()
    {
        await using var live = await Start();
        var (wire, _, sid) = await Join(live, "ada");

        live.Server.Of("/").Find(sid)!.EmitVolatile("v", "text");

        Assert.Equal("42[\"v\",\"text\",null]", await wire.Read());
    }

    [Fact]
    public async Task A_socket_without_an_identity_gets_no_offsets()
    {
        await using var live = await LiveServer.Start(options: options => options.Recovery = new RecoveryOptions());
        var (wire, answer) = await live.Join();
        await PollingTests.Until(() => live.Server.Of("/").Sockets.Count == 1);

        live.Server.Of("/").Emit("n", "text");
        live.Server.Of("/").Sockets[0].Send(live.Server.Of("/").Encode("m", "text"));

        Assert.DoesNotContain("pid", answer, StringComparison.Ordinal);
        Assert.Equal(["42[\"n\",\"text\"]", "42[\"m\",\"text\"]"], await wire.Read(2));
    }

    [Fact]
    public async Task An_event_that_comes_by_replay_and_live_is_sent_once()
    {
        var history = new SlowHistory();
        await using var live = await Start(recovery => recovery.History = history);
        var ns = live.Server.Of("/");
        var (wire, pid, sid) = await Join(live, "ada");
        await Gone(live, wire);
        var connecting = live.Join(Connect("ada", pid, offset: null));
        await history.Asked.Task;

        for (var i = 1; i <= 4; i++) ns.To(sid).Send(history.Add(ns, i));
        history.Go.SetResult();
        var (back, first) = await connecting;
        ns.To(sid).Send(history.Add(ns, 5));

        var packets = new List<string> { first };
        while (packets.Count < 6) packets.Add(await back.Read());
        Assert.Equal(
            [1, 2, 3, 4, 5],
            packets.Where(packet => packet[1] == '2').Select(packet => JsonDocument.Parse(packet[2..]).RootElement[1].GetInt32()));
    }

    private static Task<LiveServer> Start(Action<RecoveryOptions>? configure = null) => LiveServer.Start(
        io => io.Namespace("/", ns => ns.Use((socket, _) =>
        {
            socket.Identity = socket.Handshake.AuthText("token");
            return ValueTask.FromResult(socket.Identity is null ? new ConnectRefusal("no token") : null);
        })),
        options =>
        {
            options.Recovery = new RecoveryOptions();
            configure?.Invoke(options.Recovery);
        });

    private static async Task<(Wire Wire, string Pid, string Sid)> Join(LiveServer live, string token)
    {
        var (wire, answer) = await live.Join($"40{{\"token\":\"{token}\"}}");
        var json = JsonDocument.Parse(answer[2..]).RootElement;
        return (wire, json.GetProperty("pid").GetString()!, json.GetProperty("sid").GetString()!);
    }

    private static async Task Gone(LiveServer live, Wire wire)
    {
        wire.Cut();
        await PollingTests.Until(() => live.Server.Of("/").Count == 0);
    }

    private static string Connect(string token, string pid, string? offset) =>
        "40" + JsonSerializer.Serialize(offset is null ? new { token, pid } : (object)new { token, pid, offset });

    private static string Offset(string packet)
    {
        var array = JsonDocument.Parse(packet[2..]).RootElement;
        return array[array.GetArrayLength() - 1].GetString()!;
    }

    /// <summary>A log outside the library, as an application has it, which answers when it is told to.</summary>
    private sealed class SlowHistory : IEventHistory
    {
        private readonly List<EncodedEvent> _events = [];

        internal TaskCompletionSource Asked { get; } = new();

        internal TaskCompletionSource Go { get; } = new();

        internal EncodedEvent Add(SocketNamespace ns, int n)
        {
            var occurrence = ns.Encode("n", n).At(new EventOffset(n, $"log-{n}"));
            lock (_events) _events.Add(occurrence);
            return occurrence;
        }

        public ValueTask<EventOffset> Head(ClientSocket socket, CancellationToken cancel) =>
            ValueTask.FromResult(new EventOffset(0, "log-0"));

        public async ValueTask<Replay?> Since(ClientSocket socket, string offset, int limit, CancellationToken cancel)
        {
            Asked.SetResult();
            await Go.Task;
            lock (_events) return new Replay(0, [.. _events.Take(3)]);
        }

        public EncodedEvent Append(EncodedEvent occurrence, EventAudience audience) => occurrence;
    }
}
