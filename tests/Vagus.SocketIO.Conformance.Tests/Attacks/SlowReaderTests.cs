using Vagus.SocketIO.Conformance.Tests.Echo;
using Vagus.SocketIO.Conformance.Tests.Wire;

namespace Vagus.SocketIO.Conformance.Tests.Attacks;

public sealed class SlowReaderTests
{
    private const int Count = 200;
    private const int Size = 200_000;

    [Fact]
    public async Task A_member_that_does_not_read_is_cut_and_the_others_receive_everything()
    {
        EchoCommand.SkipOnReference("it never cuts a slow reader");
        await using var server = await EchoServer.StartAsync(EchoSettings.Default);
        await using var slow = await WebSocketClient.ConnectAsync(server);
        await slow.EnterRoomAsync("ward");
        await using var quick = await WebSocketClient.ConnectAsync(server);
        await quick.EnterRoomAsync("ward");
        var pad = new string('x', Size);

        for (var i = 0; i < Count; i++)
        {
            await server.BroadcastAsync("ward", "tick", count: 1, size: Size);
            await quick.ExpectAsync($"42[\"tick\",{{\"i\":0,\"pad\":\"{pad}\"}}]");
        }

        await Eventually.HoldsAsync(async () => await server.SocketsAsync() == 1, "the slow reader is cut");
        await quick.ExpectStillServedAsync();
    }

    // More is missed than may wait for one client: it may be replayed in portions or called a new session, but not cut again.
    [Fact]
    public async Task One_that_was_cut_comes_back_to_all_it_missed_or_to_a_new_session()
    {
        EchoCommand.SkipOnReference("it never cuts a slow reader");
        await using var server = await EchoServer.StartAsync(EchoSettings.WithRecovery);
        var slow = await Recovery.RecoverableSocket.ConnectAsync(server, "ann");
        await slow.EnterRoomAsync("ward");
        var before = slow.Offset;
        for (var i = 0; i < 100 && await server.SocketsAsync() > 0; i++) await server.BroadcastAsync("ward", "tick", count: 1, size: Size);
        await Eventually.HoldsAsync(async () => await server.SocketsAsync() == 0, "the slow reader is cut");
        await server.BroadcastAsync("ward", "last");
        slow.Line.Reset();

        await using var back = await slow.ReturnAsync(server, "ann", offset: before);

        if (back.Sid == slow.Sid) Assert.Equal("[\"last\",{\"i\":0,\"pad\":\"\"}]", back.Missed[^1]);
        else Assert.Empty(back.Missed);
    }
}
