using System.Text.Json;

namespace Vagus.SocketIO.Tests;

/// <summary>Senders that wait for room: a client that reads slowly keeps its connection, one that takes nothing loses it.</summary>
public sealed class RoomTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly string Pad = new('x', 20_000);
    private readonly TaskCompletionSource<ClientSocket> _connected = new();
    private readonly TaskCompletionSource<DisconnectReason> _gone = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_websocket_reader_slower_than_the_sender_is_sent_everything(bool directWrites)
    {
        await using var live = await Start(options => options.Engine.DirectWrites = directWrites);
        var (wire, _) = await live.Join();
        var socket = await _connected.Task.WaitAsync(Limit);

        var sending = SendAll(socket, 400);
        await PollingTests.Until(() => !socket.HasRoom);
        var read = await wire.Read(400);

        Assert.True(await sending);
        Assert.Equal(Enumerable.Range(0, 400), read.Select(Number));
        Assert.True(await socket.WaitForRoom().AsTask().WaitAsync(Limit));
        Assert.False(_gone.Task.IsCompleted);
    }

    [Fact]
    public async Task A_polling_reader_slower_than_the_sender_is_sent_everything()
    {
        await using var live = await Start();
        var sid = await JoinPolling(live);
        var socket = await _connected.Task.WaitAsync(Limit);

        var sending = SendAll(socket, 100);
        await PollingTests.Until(() => !socket.HasRoom);
        var read = new List<string>();
        while (read.Count < 100) read.AddRange((await live.Http.GetStringAsync(live.Polling(sid))).Split('\u001e'));

        Assert.True(await sending);
        Assert.Equal(Enumerable.Range(0, 100), read.Select(Number));
    }

    [Fact]
    public async Task A_sender_waits_through_an_upgrade()
    {
        await using var live = await Start();
        var sid = await JoinPolling(live);
        var socket = await _connected.Task.WaitAsync(Limit);
        var sending = SendAll(socket, 100);
        await PollingTests.Until(() => !socket.HasRoom);

        var wire = await Wire.Open(live.WebSocket(sid));
        await wire.Send("2probe");
        Assert.Equal("3probe", await wire.Read());
        await wire.Send("5");

        Assert.Equal(Enumerable.Range(0, 100), (await wire.Read(100)).Select(Number));
        Assert.True(await sending);
    }

    [Fact]
    public async Task A_websocket_client_that_takes_nothing_for_the_send_timeout_is_cut()
    {
        await using var live = await Start(options => options.Engine.SendTimeout = TimeSpan.FromMilliseconds(300));
        var (wire, _) = await live.Join();
        var socket = await _connected.Task.WaitAsync(Limit);

        Assert.False(await SendAll(socket, 2_000));
        Assert.Equal(DisconnectReason.SlowReader, await _gone.Task.WaitAsync(Limit));
        Assert.False(await socket.WaitForRoom());
        wire.Dispose();
    }

    [Fact]
    public async Task A_polling_client_that_fetches_nothing_for_the_send_timeout_is_cut()
    {
        await using var live = await Start(options => options.Engine.SendTimeout = TimeSpan.FromMilliseconds(300));
        await JoinPolling(live);
        var socket = await _connected.Task.WaitAsync(Limit);

        Assert.False(await SendAll(socket, 2_000));
        Assert.Equal(DisconnectReason.SlowReader, await _gone.Task.WaitAsync(Limit));
    }

    [Fact]
    public async Task A_socket_that_leaves_answers_its_waiting_senders()
    {
        await using var live = await Start();
        await JoinPolling(live);
        var socket = await _connected.Task.WaitAsync(Limit);
        while (socket.HasRoom) socket.Send(socket.Namespace.Encode("n", 0, Pad));
        var waiting = socket.WaitForRoom();

        socket.Disconnect();

        Assert.False(await waiting.AsTask().WaitAsync(Limit));
        Assert.False(await socket.SendWhenRoom(socket.Namespace.Encode("n", 1)));
    }

    [Fact]
    public async Task A_wait_for_room_can_be_cancelled()
    {
        await using var live = await Start();
        await JoinPolling(live);
        var socket = await _connected.Task.WaitAsync(Limit);
        while (socket.HasRoom) socket.Send(socket.Namespace.Encode("n", 0, Pad));
        using var cancel = new CancellationTokenSource();
        var waiting = socket.WaitForRoom(cancel.Token).AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Limit));
    }

    [Fact]
    public async Task Senders_that_wait_together_never_overflow_the_queue()
    {
        await using var live = await Start();
        var (wire, _) = await live.Join();
        var socket = await _connected.Task.WaitAsync(Limit);

        var senders = Enumerable.Range(0, 300).Select(n => socket.SendWhenRoom(socket.Namespace.Encode("n", n, Pad)).AsTask()).ToList();
        var read = await wire.Read(300);

        Assert.All(await Task.WhenAll(senders), Assert.True);
        Assert.Equal(Enumerable.Range(0, 300), read.Select(Number).Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_takes_a_large_packet_in_steps_is_not_cut(bool directWrites)
    {
        await using var live = await Start(options =>
        {
            options.Engine.DirectWrites = directWrites;
            options.Engine.SendTimeout = TimeSpan.FromMilliseconds(500);
        });
        var (wire, _) = await live.Join();
        var socket = await _connected.Task.WaitAsync(Limit);

        Assert.True(await socket.SendWhenRoom(socket.Namespace.Encode("n", 0, new string('x', 40_000_000))));
        var received = await wire.ReadSlowly(pause: TimeSpan.FromMilliseconds(50));

        Assert.True(received > 40_000_000, $"The client was cut after {received} bytes.");
    }

    private Task<LiveServer> Start(Action<SocketIOOptions>? configure = null) => LiveServer.Start(
        io => io.Namespace("/", ns =>
        {
            ns.OnConnect((socket, _) =>
            {
                _connected.TrySetResult(socket);
                return ValueTask.CompletedTask;
            });
            ns.OnDisconnect((_, why) =>
            {
                _gone.TrySetResult(why);
                return ValueTask.CompletedTask;
            });
        }),
        options =>
        {
            options.Engine.MaxQueuedBytes = 200_000;
            options.Engine.MaxQueuedPackets = 64;
            configure?.Invoke(options);
        });

    private static async Task<string> JoinPolling(LiveServer live)
    {
        var sid = await live.OpenPolling();
        await live.Post(sid, "40");
        Assert.StartsWith("40{", await live.Http.GetStringAsync(live.Polling(sid)));
        return sid;
    }

    private static async Task<bool> SendAll(ClientSocket socket, int count)
    {
        for (var n = 0; n < count; n++)
        {
            if (!await socket.SendWhenRoom(socket.Namespace.Encode("n", n, Pad))) return false;
        }

        return true;
    }

    private static int Number(string packet) => JsonDocument.Parse(packet[2..]).RootElement[1].GetInt32();
}
