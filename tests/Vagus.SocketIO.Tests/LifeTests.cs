using System.Net;

namespace Vagus.SocketIO.Tests;

public sealed class LifeTests
{
    [Fact]
    public async Task A_client_that_answers_no_ping_is_closed_in_time()
    {
        await using var live = await LiveServer.Start(options: options =>
        {
            options.Engine.PingInterval = TimeSpan.FromMilliseconds(200);
            options.Engine.PingTimeout = TimeSpan.FromMilliseconds(150);
        });
        var (wire, _) = await live.Join();

        Assert.Equal(["2", "closed"], await wire.Read(2));
    }

    [Fact]
    public async Task A_client_that_answers_stays()
    {
        await using var live = await LiveServer.Start(options: options =>
        {
            options.Engine.PingInterval = TimeSpan.FromMilliseconds(100);
            options.Engine.PingTimeout = TimeSpan.FromSeconds(10);
        });
        var (wire, _) = await live.Join();

        for (var i = 0; i < 4; i++)
        {
            Assert.Equal("2", await wire.Read());
            await wire.Send("3");
        }
    }

    [Fact]
    public async Task Draining_sends_everyone_away_with_1012_and_lets_nobody_in()
    {
        await using var live = await LiveServer.Start(options: options =>
        {
            options.Drain.BatchSize = 2;
            options.Drain.BatchInterval = TimeSpan.FromMilliseconds(20);
        });
        var wires = new List<Wire>();
        for (var i = 0; i < 5; i++) wires.Add((await live.Join()).Wire);
        live.Server.Of("/").Emit("last");

        await live.Server.Drain();

        foreach (var wire in wires)
        {
            Assert.Equal(["42[\"last\"]", "closed"], await wire.Read(2));
            Assert.Equal((1012, "restart"), (wire.CloseStatus, wire.CloseText));
        }
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await live.Http.GetAsync(live.Polling())).StatusCode);
    }

    [Fact]
    public async Task A_slow_reader_is_cut_off_and_the_others_get_everything()
    {
        var reason = new TaskCompletionSource<DisconnectReason>();
        await using var live = await LiveServer.Start(
            io => io.Namespace("/", ns => ns.OnDisconnect((_, why) =>
            {
                reason.TrySetResult(why);
                return ValueTask.CompletedTask;
            })),
            options =>
            {
                options.Engine.MaxQueuedBytes = 256 * 1024;
                options.Engine.MaxQueuedPackets = 100_000;
            });
        var (slow, _) = await live.Join();
        var (quick, _) = await live.Join();
        await PollingTests.Until(() => live.Server.Of("/").Sockets.Count == 2);
        var pad = new string('x', 60_000);

        var sent = 0;
        while (!reason.Task.IsCompleted)
        {
            Assert.True(sent < 2_000, "Nobody was found slow.");
            live.Server.Of("/").Emit("n", sent++, pad);
            Assert.StartsWith($"42[\"n\",{sent - 1},", await quick.Read());
        }

        Assert.Equal(DisconnectReason.SlowReader, await reason.Task);
        slow.Dispose();
    }

    [Fact]
    public async Task A_close_carries_the_code_and_the_text_of_the_application()
    {
        await using var live = await LiveServer.Start(io => io.Namespace("/", ns => ns.OnConnect((socket, _) =>
        {
            Assert.Throws<ArgumentException>(() => socket.Close(CloseCode.Unauthenticated, new string('x', 124)));
            socket.Close(CloseCode.Unauthenticated, "token_expired");
            return ValueTask.CompletedTask;
        })));
        var (wire, _) = await live.Join();

        Assert.Equal("closed", await wire.Read());
        Assert.Equal((CloseCode.Unauthenticated, "token_expired"), (wire.CloseStatus, wire.CloseText));
    }

    [Fact]
    public async Task The_stream_is_used_where_direct_writes_are_off()
    {
        await using var live = await LiveServer.Start(options: options => options.Engine.DirectWrites = false);
        var (wire, _) = await live.Join();

        for (var i = 0; i < 50; i++) await wire.Send($"42[\"message\",{i}]");

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"42[\"message-back\",{i}]"), await wire.Read(50));
    }

    [Fact]
    public async Task A_failing_handler_ends_neither_the_connection_nor_the_process()
    {
        await using var live = await LiveServer.Start(io => io.Namespace("/", ns =>
        {
            ns.OnConnect((_, _) => throw new InvalidOperationException("On purpose."));
            ns.On("error", (_, _) => throw new InvalidOperationException("On purpose."));
            LiveServer.Echo(ns);
        }));
        var (wire, _) = await live.Join();

        await wire.Send("42[\"error\"]");
        await wire.Send("421[\"ack\"]");

        Assert.Equal("431[]", await wire.Read());
    }

    [Fact]
    public async Task A_socket_is_in_no_more_rooms_than_allowed()
    {
        await using var live = await LiveServer.Start(options: options => options.MaxRoomsPerSocket = 3);
        await live.Join();
        await PollingTests.Until(() => live.Server.Of("/").Sockets.Count == 1);
        var socket = live.Server.Of("/").Sockets[0];

        var joined = Enumerable.Range(0, 5).Select(i => socket.Join($"r{i}")).ToList();
        socket.Leave("r0");

        Assert.Equal([true, true, true, false, false], joined);
        Assert.True(socket.Join("r9"));
        Assert.False(live.Server.Of("/").Rooms().ContainsKey("r0"));
    }
}
