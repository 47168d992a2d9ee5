using System.Text;
using Vagus.SocketIO.Conformance.Tests.Echo;
using Vagus.SocketIO.Conformance.Tests.Wire;

namespace Vagus.SocketIO.Conformance.Tests.Engine;

public sealed class FramingTests(EchoServers echo)
{
    private static readonly byte[] Hello = Encoding.UTF8.GetBytes("42[\"message\",\"h€llo\"]");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(15)]
    public async Task A_message_may_be_cut_into_fragments_even_inside_a_character(int size)
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        var pieces = Hello.Chunk(size).ToList();
        for (var i = 0; i < pieces.Count; i++)
            await line.SendAsync(new Frame(i == 0 ? Opcode.Text : Opcode.Continuation, pieces[i], IsFinal: i == pieces.Count - 1));

        await line.ExpectAsync("42[\"message-back\",\"h€llo\"]");
    }

    [Fact]
    public async Task A_frame_may_arrive_byte_by_byte()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        foreach (var single in new Frame(Opcode.Text, Hello).ToBytes()) await line.SendRawAsync([single]);

        await line.ExpectAsync("42[\"message-back\",\"h€llo\"]");
    }

    [Fact]
    public async Task A_ping_between_fragments_is_answered_with_its_payload()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync(new Frame(Opcode.Text, Hello[..5], IsFinal: false));
        await line.SendAsync(new Frame(Opcode.Ping, [9, 8, 7]));
        await line.SendAsync(new Frame(Opcode.Continuation, Hello[5..]));

        var pong = await line.ReceiveAsync();
        Assert.Equal(Opcode.Pong, pong?.Opcode);
        Assert.Equal([9, 8, 7], pong?.Payload ?? []);
        await line.ExpectAsync("42[\"message-back\",\"h€llo\"]");
    }

    [Fact]
    public async Task A_message_of_exactly_the_limit_is_accepted()
    {
        var server = await echo.WithAsync(EchoSettings.Default with { MaxPayload = 10_000 });
        await using var line = await WebSocketClient.ConnectAsync(server);
        var pad = new string('x', 10_000 - "42[\"message\",\"\"]".Length);

        await line.SendAsync($"42[\"message\",\"{pad}\"]");

        await line.ExpectAsync($"42[\"message-back\",\"{pad}\"]");
    }

    [Fact]
    public async Task A_message_above_the_limit_is_refused_with_1009()
    {
        var server = await echo.WithAsync(EchoSettings.Default with { MaxPayload = 10_000 });
        await using var line = await WebSocketClient.ConnectAsync(server);

        await line.SendAsync($"42[\"message\",\"{new string('x', 10_001)}\"]");

        Assert.Equal(1009, await line.ExpectClosedAsync());
    }

    [Fact]
    public async Task Fragments_that_together_exceed_the_limit_are_refused_with_1009()
    {
        var server = await echo.WithAsync(EchoSettings.Default with { MaxPayload = 10_000 });
        await using var line = await WebSocketClient.ConnectAsync(server);

        await line.SendAsync(new Frame(Opcode.Text, [.. "42[\""u8], IsFinal: false));
        for (var i = 0; i < 3; i++) await line.SendAsync(new Frame(Opcode.Continuation, new byte[4_000], IsFinal: false));

        Assert.Equal(1009, await line.ExpectClosedAsync());
    }

    [Theory]
    [InlineData(1L << 31)]
    [InlineData(1L << 40)]
    [InlineData(1L << 62)]
    [InlineData(-1L)]
    public async Task A_claim_of_a_gigantic_frame_is_refused_before_it_arrives(long length)
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendRawAsync(length > 0
            ? new Frame(Opcode.Text, [1]).ToBytes(claimedLength: length)
            : [0x81, 0xFF, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0]);

        Assert.Contains(await line.ExpectClosedAsync(), new[] { 1009, 1002 });
    }

    [Theory]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    public async Task Text_that_is_not_utf8_is_refused_with_1007(byte[] text)
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync(new Frame(Opcode.Text, [.. "42[\"message\",\""u8, .. text]));

        Assert.Equal(1007, await line.ExpectClosedAsync());
    }

    [Fact]
    public async Task A_frame_without_a_mask_is_refused_with_1002()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendRawAsync(new Frame(Opcode.Text, Hello).ToBytes(masked: false));

        Assert.Equal(1002, await line.ExpectClosedAsync());
    }

    [Theory]
    [InlineData(4)]
    [InlineData(2)]
    [InlineData(1)]
    public async Task A_reserved_bit_is_refused_with_1002(byte reserved)
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendRawAsync(new Frame(Opcode.Text, Hello).ToBytes(reserved: reserved));

        Assert.Equal(1002, await line.ExpectClosedAsync());
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(7, true)]
    [InlineData(11, true)]
    [InlineData((int)Opcode.Continuation, true)]
    [InlineData((int)Opcode.Ping, false)]
    public async Task A_frame_that_cannot_stand_here_is_refused_with_1002(int opcode, bool isFinal)
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync(new Frame((Opcode)opcode, [1], isFinal));

        Assert.Equal(1002, await line.ExpectClosedAsync());
    }

    [Fact]
    public async Task A_new_message_inside_an_unfinished_one_is_refused_with_1002()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync(new Frame(Opcode.Text, Hello[..5], IsFinal: false));
        await line.SendAsync(new Frame(Opcode.Text, Hello));

        Assert.Equal(1002, await line.ExpectClosedAsync());
    }

    [Fact]
    public async Task A_control_frame_above_125_bytes_is_refused_with_1002()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync(new Frame(Opcode.Ping, new byte[126]));

        Assert.Equal(1002, await line.ExpectClosedAsync());
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(4001)]
    public async Task A_goodbye_is_returned_and_the_socket_is_gone(int code)
    {
        await using var server = await EchoServer.StartAsync(EchoSettings.Default);
        var line = await WebSocketClient.ConnectAsync(server);

        await line.SendAsync(new Frame(Opcode.Close, [(byte)(code >> 8), (byte)code]));

        Assert.NotEqual(1006, await line.ExpectClosedAsync());
        await line.DisposeAsync();
        await Eventually.HoldsAsync(async () => await server.SocketsAsync() == 0, "the socket is removed");
    }

    [Theory]
    [InlineData(new byte[] { 3 }, 1002)]
    [InlineData(new byte[] { 0x03, 0xED }, 1002)]
    [InlineData(new byte[] { 0x00, 0x01 }, 1002)]
    [InlineData(new byte[] { 0x03, 0xE8, 0xFF, 0xFF }, 1007)]
    public async Task A_malformed_goodbye_is_refused(byte[] payload, int code)
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync(new Frame(Opcode.Close, payload));

        Assert.Equal(code, await line.ExpectClosedAsync());
    }

    [Fact]
    public async Task Data_after_a_goodbye_is_not_served()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendRawAsync([.. new Frame(Opcode.Close, [0x03, 0xE8]).ToBytes(), .. new Frame(Opcode.Text, Hello).ToBytes()]);

        var frame = await line.ReceiveAsync();
        Assert.True(frame is null or { Opcode: Opcode.Close });
    }
}
