namespace Vagus.SocketIO.Tests;

public sealed class EventTests
{
    private sealed record Greeting(string Name, byte[]? Picture = null);

    [Fact]
    public async Task A_typed_handler_gets_objects_with_their_attachments_and_its_result_is_the_acknowledgement()
    {
        await using var live = await LiveServer.Start(io => io.Namespace("/", ns => ns.On<Greeting, Greeting>(
            "greet", (_, greeting, _) => ValueTask.FromResult(greeting with { Name = greeting.Name + "!" }))));
        var (wire, _) = await live.Join();

        await wire.Send("451-5[\"greet\",{\"name\":\"Ada\",\"picture\":{\"_placeholder\":true,\"num\":0}}]");
        await wire.Send([1, 2, 3]);

        Assert.Equal(["461-5[{\"name\":\"Ada!\",\"picture\":{\"_placeholder\":true,\"num\":0}}]", "AQID"], await wire.Read(2));
    }

    [Fact]
    public async Task Arguments_that_do_not_fit_are_dropped_and_the_connection_stays()
    {
        await using var live = await LiveServer.Start(io => io.Namespace("/", ns =>
        {
            ns.On<Greeting>("greet", (_, _, _) => throw new InvalidOperationException("It must not be called."));
            LiveServer.Echo(ns);
        }));
        var (wire, _) = await live.Join();

        await wire.Send("421[\"greet\",7]");
        await wire.Send("422[\"greet\",{\"name\":\"a\",\"name\":\"b\"}]");
        await wire.Send("423[\"ack\"]");

        Assert.Equal("433[]", await wire.Read());
    }

    [Fact]
    public async Task Events_of_a_socket_are_handled_in_order_also_when_a_handler_waits()
    {
        await using var live = await LiveServer.Start(
            io => io.Namespace("/", ns => ns.On<int>("n", async (socket, n, cancel) =>
            {
                if (n % 3 == 0) await Task.Delay(2, cancel);
                socket.Emit("n", n);
            })),
            options => options.MaxWaitingEvents = 4);
        var (wire, _) = await live.Join();

        for (var i = 0; i < 60; i++) await wire.Send($"42[\"n\",{i}]");

        Assert.Equal(Enumerable.Range(0, 60).Select(i => $"42[\"n\",{i}]"), await wire.Read(60));
    }

    [Fact]
    public async Task A_handler_may_wait_for_an_acknowledgement_of_the_same_client()
    {
        await using var live = await LiveServer.Start(io => io.Namespace("/", ns => ns.On("ask", async (socket, cancel) =>
        {
            var answer = await socket.EmitWithAck("question", new object?[] { 1 }, TimeSpan.FromSeconds(10), cancel);
            socket.Emit("answered", answer!.Get<string>(0));
        })));
        var (wire, _) = await live.Join();

        await wire.Send("42[\"ask\"]");
        Assert.Equal("420[\"question\",1]", await wire.Read());
        await wire.Send("430[\"yes\"]");
        await wire.Send("430[\"no\"]");

        Assert.Equal("42[\"answered\",\"yes\"]", await wire.Read());
    }

    [Fact]
    public async Task An_acknowledgement_that_does_not_come_is_null_at_the_limit_and_when_the_socket_goes()
    {
        await using var live = await LiveServer.Start();
        var (wire, _) = await live.Join();
        await PollingTests.Until(() => live.Server.Of("/").Sockets.Count == 1);
        var socket = live.Server.Of("/").Sockets[0];

        var late = await socket.EmitWithAck("q", ReadOnlyMemory<object?>.Empty, TimeSpan.FromMilliseconds(50));
        var gone = socket.EmitWithAck("q", ReadOnlyMemory<object?>.Empty, TimeSpan.FromMinutes(5));
        wire.Cut();

        Assert.Null(late);
        Assert.Null(await gone);
    }

    [Fact]
    public async Task A_broadcast_reaches_rooms_once_without_the_excluded()
    {
        await using var live = await LiveServer.Start();
        var ns = live.Server.Of("/");
        var wires = new List<Wire>();
        for (var i = 0; i < 4; i++) wires.Add((await live.Join()).Wire);
        await PollingTests.Until(() => ns.Sockets.Count == 4);
        var sockets = ns.Sockets;
        foreach (var socket in sockets) socket.Join("all");
        sockets[0].Join("twice");
        sockets[1].Join("out");

        ns.To("all", "twice").Except("out", sockets[2].Id).Emit("x", 1);
        ns.Emit("end");

        var counts = new List<int>();
        foreach (var wire in wires)
        {
            var count = 0;
            while (await wire.Read() != "42[\"end\"]") count++;
            counts.Add(count);
        }
        Assert.Equal([0, 0, 1, 1], counts.Order());
        Assert.Equal(4, ns.Rooms()["all"]);
    }

    [Fact]
    public async Task A_broadcast_with_acknowledgements_counts_answers_and_the_missing()
    {
        await using var live = await LiveServer.Start();
        var (first, _) = await live.Join();
        await live.Join();
        await PollingTests.Until(() => live.Server.Of("/").Sockets.Count == 2);

        var asking = BroadcastTo(live).EmitWithAck("q", ReadOnlyMemory<object?>.Empty, TimeSpan.FromMilliseconds(400));
        Assert.Equal("420[\"q\"]", await first.Read());
        await first.Send("430[1]");
        var acks = await asking;

        Assert.Equal(1, acks.Missing);
        Assert.Equal(1, Assert.Single(acks.Answers).Get<int>(0));
    }

    [Fact]
    public async Task Disconnect_sends_41_and_leaves_the_connection_open_unless_told_otherwise()
    {
        await using var live = await LiveServer.Start(io => io.Namespace("/", LiveServer.Echo).Namespace("/b", LiveServer.Echo));
        var (wire, _) = await live.Join();
        await wire.Send("40/b");
        await wire.Read();

        live.Server.Of("/").Sockets[0].Disconnect();
        Assert.Equal("41", await wire.Read());
        await wire.Send("42/b,[\"message\",1]");
        Assert.Equal("42/b,[\"message-back\",1]", await wire.Read());
        live.Server.Of("/b").Sockets[0].Disconnect(closeConnection: true);

        Assert.Equal(["41/b,", "closed"], await wire.Read(2));
    }

    [Fact]
    public async Task Close_ends_the_connection_with_a_code_the_client_comes_back_from()
    {
        await using var live = await LiveServer.Start();
        var (wire, _) = await live.Join();
        await PollingTests.Until(() => live.Server.Of("/").Sockets.Count == 1);

        live.Server.Of("/").Sockets[0].Close(CloseCode.Unauthenticated);

        Assert.Equal("closed", await wire.Read());
        Assert.Equal(4401, wire.CloseStatus);
    }

    private static BroadcastTarget BroadcastTo(LiveServer live) =>
        live.Server.Of("/").To(live.Server.Of("/").Sockets.Select(socket => socket.Id).ToArray());
}
