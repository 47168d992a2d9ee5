using Vagus.SocketIO.Conformance.Tests.Echo;
using Vagus.SocketIO.Conformance.Tests.Wire;

namespace Vagus.SocketIO.Conformance.Tests.Packets;

public sealed class AckTests(EchoServers echo)
{
    [Theory]
    [InlineData("456", "456")]
    [InlineData("0", "0")]
    [InlineData("007", "7")]
    [InlineData("9007199254740991", "9007199254740991")]
    public async Task An_acknowledgement_repeats_the_id_and_carries_the_arguments(string asked, string answered)
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync($"42{asked}[\"message-with-ack\",1,\"2\",{{\"3\":[false]}}]");

        await line.ExpectAsync($"43{answered}[1,\"2\",{{\"3\":[false]}}]");
    }

    [Fact]
    public async Task An_id_that_no_number_can_hold_closes_the_engine()
    {
        EchoCommand.SkipOnReference("it answers with a rounded number in exponent form");
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync("4299999999999999999999999[\"message-with-ack\",1]");

        await line.ExpectClosedAsync();
    }

    [Fact]
    public async Task Without_an_id_no_acknowledgement_is_sent()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync("42[\"message-with-ack\",1]");

        await line.ExpectStillServedAsync();
    }

    [Fact]
    public async Task Acknowledgements_of_another_namespace_name_it()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());
        await line.JoinAsync("/custom");

        await line.SendAsync("42/custom,12[\"message-with-ack\",\"x\"]");

        await line.ExpectAsync("43/custom,12[\"x\"]");
    }

    [Fact]
    public async Task An_event_that_needs_no_answer_is_acknowledged_empty_when_asked()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync("425[\"join\",\"a-room\"]");
        await line.ExpectAsync("435[]");
        await line.SendAsync("426[\"leave\",\"a-room\"]");
        await line.ExpectAsync("436[]");
    }

    [Theory]
    [InlineData("43999[]")]
    [InlineData("430[1]")]
    [InlineData("431[\"x\"]")]
    public async Task An_acknowledgement_that_nobody_awaits_is_ignored(string packet)
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync(packet);
        await line.SendAsync(packet);

        await line.ExpectStillServedAsync();
    }

    [Theory]
    [InlineData("431{}")]
    [InlineData("431\"x\"")]
    public async Task An_acknowledgement_that_is_no_array_closes_the_engine(string packet)
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync(packet);

        await line.ExpectClosedAsync();
    }
}
