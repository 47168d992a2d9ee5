using Vagus.SocketIO.Conformance.Tests.Echo;
using Vagus.SocketIO.Conformance.Tests.Wire;

namespace Vagus.SocketIO.Conformance.Tests.Packets;

public sealed class EventTests(EchoServers echo)
{
    [Theory]
    [InlineData("1")]
    [InlineData("\"2\",{\"3\":[true]}")]
    [InlineData("null,true,false,1.5,-0.25,\"\"")]
    [InlineData("\"\\u0000\\u2028 quote \\\" back \\\\ \"")]
    [InlineData("[[[[[[]]]]]],{}")]
    public async Task An_event_comes_back_with_the_same_arguments(string arguments)
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync($"42[\"message\",{arguments}]");

        var reply = await line.ReceiveTextAsync();
        Assert.StartsWith("42[\"message-back\",", reply, StringComparison.Ordinal);
        Json.AssertSame($"[\"message-back\",{arguments}]", reply[2..]);
    }

    [Fact]
    public async Task An_event_may_have_no_arguments()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync("42[\"message\"]");

        await line.ExpectAsync("42[\"message-back\"]");
    }

    [Theory]
    [InlineData("42[]")]
    [InlineData("42[null]")]
    [InlineData("42{}")]
    [InlineData("42\"message\"")]
    [InlineData("42abc[\"message\"]")]
    [InlineData("42[\"message\"")]
    [InlineData("42[\"message\"]x")]
    [InlineData("42[{}]")]
    [InlineData("42[\"connect\"]")]
    [InlineData("42[\"connect_error\"]")]
    [InlineData("42[\"disconnect\"]")]
    [InlineData("42[\"disconnecting\"]")]
    [InlineData("42[\"newListener\"]")]
    [InlineData("42[\"removeListener\"]")]
    [InlineData("4abc")]
    [InlineData("4")]
    [InlineData("49")]
    [InlineData("7")]
    [InlineData("")]
    [InlineData("44{\"message\":\"from a client\"}")]
    [InlineData("40[]")]
    [InlineData("40null")]
    [InlineData("40\"text\"")]
    [InlineData("41{}")]
    public async Task A_malformed_packet_closes_the_engine(string packet)
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync(packet);

        await line.ExpectClosedAsync();
    }

    [Theory]
    [InlineData("42[\"message\",1]")]
    [InlineData("41")]
    [InlineData("431[]")]
    [InlineData("44{\"message\":\"x\"}")]
    public async Task A_packet_before_connect_closes_the_engine(string packet)
    {
        await using var line = await WebSocketClient.OpenEngineAsync(await echo.DefaultAsync());

        await line.SendAsync(packet);

        await line.ExpectClosedAsync();
    }

    [Theory]
    [InlineData("42/custom,[\"message\",1]")]
    [InlineData("41/custom,")]
    [InlineData("40")]
    public async Task A_packet_for_a_namespace_in_the_wrong_state_closes_the_engine(string packet)
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync(packet);

        await line.ExpectClosedAsync();
    }

    [Fact]
    public async Task An_event_for_a_namespace_that_is_still_deciding_closes_the_engine()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync("40/slow,");
        await line.SendAsync("42/slow,[\"message\",1]");

        await line.ExpectClosedAsync();
    }

    [Fact]
    public async Task An_event_whose_name_is_a_number_is_accepted()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync("42[1,2]");

        await line.ExpectStillServedAsync();
    }

    // The specification says that an event without a payload must close the line; the reference ignores it.
    [Fact]
    public async Task An_event_without_a_payload_is_ignored_or_closes_the_engine()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync("42");
        await line.SendAsync("42[\"message\",\"after\"]");

        var frame = await line.ReceiveAsync();
        Assert.True(frame is null or { Opcode: Opcode.Close } or { Text: "42[\"message-back\",\"after\"]" });
    }

    [Theory]
    [InlineData("3")]
    [InlineData("0")]
    [InlineData("5")]
    [InlineData("6")]
    public async Task A_packet_that_says_nothing_new_is_ignored(string packet)
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync(packet);

        await line.ExpectStillServedAsync();
    }

    // The reference ignores it, because its client closes the line itself; to close at once is as good.
    [Fact]
    public async Task A_close_packet_by_websocket_is_ignored_or_obeyed()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync("1");
        await line.SendAsync(new Frame(Opcode.Close, [0x03, 0xE8]));

        await line.ExpectClosedAsync();
    }

    [Fact]
    public async Task A_refused_packet_closes_without_a_code_so_that_the_client_comes_back()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync("42[]");

        Assert.Equal(1005, await line.ExpectClosedAsync());
    }

    [Fact]
    public async Task Events_of_a_socket_are_answered_in_order()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());
        var bytes = Enumerable.Range(0, 2_000)
            .SelectMany(i => new Frame(Opcode.Text, System.Text.Encoding.UTF8.GetBytes($"42[\"message\",{i}]")).ToBytes());

        var sending = line.SendRawAsync([.. bytes]);

        for (var i = 0; i < 2_000; i++) await line.ExpectAsync($"42[\"message-back\",{i}]");
        await sending;
    }

    [Fact]
    public async Task A_burst_arrives_complete_and_in_order()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync("42[\"burst\",500,3]");

        for (var i = 0; i < 500; i++) await line.ExpectAsync($"42[\"burst\",{{\"i\":{i},\"pad\":\"xxx\"}}]");
    }
}
