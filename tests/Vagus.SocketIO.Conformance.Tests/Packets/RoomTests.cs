using Vagus.SocketIO.Conformance.Tests.Echo;
using Vagus.SocketIO.Conformance.Tests.Wire;

namespace Vagus.SocketIO.Conformance.Tests.Packets;

public sealed class RoomTests(EchoServers echo)
{
    [Fact]
    public async Task What_is_sent_to_a_room_reaches_its_members_and_nobody_else()
    {
        var server = await echo.DefaultAsync();
        await using var member = await WebSocketClient.ConnectAsync(server);
        await using var outsider = await WebSocketClient.ConnectAsync(server);
        await member.EnterRoomAsync("members-only");

        await server.BroadcastAsync("members-only", "news");

        await member.ExpectAsync("42[\"news\",{\"i\":0,\"pad\":\"\"}]");
        await outsider.ExpectStillServedAsync();
    }

    [Fact]
    public async Task A_socket_that_left_hears_no_more()
    {
        var server = await echo.DefaultAsync();
        await using var line = await WebSocketClient.ConnectAsync(server);
        await line.EnterRoomAsync("left-room");
        await line.SendAsync("422[\"leave\",\"left-room\"]");
        await line.ExpectAsync("432[]");

        await server.BroadcastAsync("left-room", "news");

        await line.ExpectStillServedAsync();
    }

    [Fact]
    public async Task A_socket_may_address_a_room_by_the_id_of_another()
    {
        var server = await echo.DefaultAsync();
        await using var sender = await WebSocketClient.ConnectAsync(server);
        await using var receiver = await WebSocketClient.OpenEngineAsync(server);
        var sid = (await receiver.JoinAsync("/")).GetProperty("sid").GetString();

        await sender.SendAsync($"423[\"emit-to\",\"{sid}\",\"private\",{{\"a\":1}}]");

        await sender.ExpectAsync("433[]");
        await receiver.ExpectAsync("42[\"private\",{\"a\":1}]");
    }

    [Fact]
    public async Task Binary_that_is_sent_to_a_room_arrives_with_its_attachment()
    {
        var server = await echo.DefaultAsync();
        await using var sender = await WebSocketClient.ConnectAsync(server);
        await using var receiver = await WebSocketClient.ConnectAsync(server);
        await receiver.EnterRoomAsync("images");

        await sender.SendAsync("451-4[\"emit-to\",\"images\",\"image\",{\"_placeholder\":true,\"num\":0}]");
        await sender.SendAsync([1, 2, 3]);

        await sender.ExpectAsync("434[]");
        await receiver.ExpectAsync("451-[\"image\",{\"_placeholder\":true,\"num\":0}]");
        await receiver.ExpectAsync([1, 2, 3]);
    }

    [Fact]
    public async Task Rooms_of_different_namespaces_do_not_meet()
    {
        var server = await echo.DefaultAsync();
        await using var line = await WebSocketClient.ConnectAsync(server);
        await line.JoinAsync("/custom");
        await line.SendAsync("42/custom,1[\"join\",\"shared-name\"]");
        await line.ExpectAsync("43/custom,1[]");

        await server.BroadcastAsync("shared-name", "news");

        await line.ExpectStillServedAsync();
    }

    [Fact]
    public async Task Hundreds_of_events_to_a_room_arrive_complete_and_in_order_at_every_member()
    {
        var server = await echo.DefaultAsync();
        var members = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => WebSocketClient.ConnectAsync(server)));
        foreach (var member in members) await member.EnterRoomAsync("ordered");

        await server.BroadcastAsync("ordered", "tick", count: 300, size: 50);

        foreach (var member in members)
        {
            await using var line = member;
            for (var i = 0; i < 300; i++) await line.ExpectAsync($"42[\"tick\",{{\"i\":{i},\"pad\":\"{new string('x', 50)}\"}}]");
        }
    }

    [Fact]
    public async Task Members_by_polling_receive_the_same_events()
    {
        var server = await echo.DefaultAsync();
        var client = await PollingClient.ConnectAsync(server);
        await client.SendAsync("421[\"join\",\"polled\"]");
        await client.PollUntilAsync("431[]");

        await server.BroadcastAsync("polled", "tick", count: 100);

        Assert.Equal(
            Enumerable.Range(0, 100).Select(i => $"42[\"tick\",{{\"i\":{i},\"pad\":\"\"}}]"),
            await client.PollUntilAsync("42[\"tick\",{\"i\":99,\"pad\":\"\"}]"));
    }

    [Fact]
    public async Task Sockets_and_rooms_are_forgotten_with_their_line()
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.Default);
        await using (var polite = await WebSocketClient.ConnectAsync(server))
        {
            await polite.EnterRoomAsync("one");
            var abrupt = await WebSocketClient.ConnectAsync(server);
            await abrupt.EnterRoomAsync("two");
            Assert.Equal((2, 2), (await server.SocketsAsync(), await server.RoomsAsync()));
            abrupt.Reset();
        }

        await Eventually.HoldsAsync(async () => await server.SocketsAsync() == 0, "no socket is left");

        Assert.Equal(0, await server.RoomsAsync());
    }

    [Fact]
    public async Task A_volatile_event_reaches_a_reader_that_keeps_up()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync("42[\"volatile\",1,{\"a\":2}]");

        await line.ExpectAsync("42[\"volatile-back\",1,{\"a\":2}]");
    }
}
