using System.Text.Json;
using Vagus.SocketIO.Conformance.Tests.Echo;
using Vagus.SocketIO.Conformance.Tests.Wire;

namespace Vagus.SocketIO.Conformance.Tests.Packets;

public sealed class NamespaceTests(EchoServers echo)
{
    [Theory]
    [InlineData("/", "")]
    [InlineData("/", "{\"token\":\"123\"}")]
    [InlineData("/custom", "")]
    [InlineData("/custom", "{\"token\":\"abc\"}")]
    public async Task Connecting_answers_with_a_sid_alone_and_shows_the_auth(string name, string auth)
    {
        await using var line = await WebSocketClient.OpenEngineAsync(await echo.DefaultAsync());

        var reply = await line.JoinAsync(name, auth);

        var key = Assert.Single(reply.EnumerateObject());
        Assert.Equal("sid", key.Name);
        Assert.NotEmpty(key.Value.GetString() ?? "");
    }

    [Fact]
    public async Task The_comma_after_a_namespace_may_be_missing_when_nothing_follows()
    {
        await using var line = await WebSocketClient.OpenEngineAsync(await echo.DefaultAsync());

        await line.SendAsync("40/custom");

        Assert.StartsWith("40/custom,{\"sid\":", await line.ReceiveTextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/random")]
    [InlineData("/nope")]
    [InlineData("/constructor")]
    [InlineData("/__proto__")]
    [InlineData("/custom/deeper")]
    public async Task An_unknown_namespace_is_refused_and_the_engine_stays(string name)
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync($"40{name},");

        await line.ExpectAsync($"44{name},{{\"message\":\"Invalid namespace\"}}");
        await line.ExpectStillServedAsync();
    }

    [Fact]
    public async Task A_refusal_carries_its_message_and_data_and_the_engine_stays()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync("40/deny,{\"token\":\"x\"}");

        await line.ExpectAsync("44/deny,{\"message\":\"not authorized\",\"data\":{\"code\":\"denied\"}}");
        await line.ExpectStillServedAsync();
    }

    [Fact]
    public async Task A_refused_socket_may_try_again()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        for (var i = 0; i < 3; i++)
        {
            await line.SendAsync("40/deny,");
            await line.ExpectAsync("44/deny,{\"message\":\"not authorized\",\"data\":{\"code\":\"denied\"}}");
        }
    }

    [Fact]
    public async Task A_namespace_that_decides_slowly_holds_up_no_other()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync("40/slow,");
        await line.ExpectStillServedAsync();

        Assert.StartsWith("40/slow,{\"sid\":", await line.ReceiveTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_connects_to_a_slow_namespace_make_at_most_one_socket()
    {
        EchoCommand.SkipOnReference("it makes two sockets of one namespace while the first is pending");
        await using var server = await EchoServer.StartAsync(EchoSettings.Default);
        await using var line = await WebSocketClient.ConnectAsync(server);

        await line.SendAsync("40/slow,");
        await line.SendAsync("40/slow,");
        var frame = await line.ReceiveAsync();

        if (frame is { Opcode: Opcode.Text }) Assert.StartsWith("40/slow,", frame.Text, StringComparison.Ordinal);
        await using var observer = await WebSocketClient.ConnectAsync(server);
        Assert.InRange(await server.SocketsAsync(), 1, 3);
    }

    [Fact]
    public async Task Namespaces_have_different_sids_on_one_line()
    {
        await using var line = await WebSocketClient.OpenEngineAsync(await echo.DefaultAsync());

        var main = await line.JoinAsync("/");
        var custom = await line.JoinAsync("/custom");

        Assert.NotEqual(Sid(main), Sid(custom));
    }

    [Fact]
    public async Task Leaving_the_main_namespace_keeps_the_engine_with_its_heartbeat()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.WithAsync(EchoSettings.FrequentPings));

        await line.SendAsync("41");

        await line.ExpectAsync("2");
    }

    [Fact]
    public async Task Leaving_another_namespace_keeps_the_main_one_usable()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());
        await line.JoinAsync("/custom");

        await line.SendAsync("41/custom,");

        await line.ExpectStillServedAsync();
    }

    [Fact]
    public async Task A_namespace_that_was_left_may_be_joined_again()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        var first = await line.JoinAsync("/custom");
        await line.SendAsync("41/custom,");
        await line.ExpectStillServedAsync();
        var second = await line.JoinAsync("/custom");

        Assert.NotEqual(Sid(first), Sid(second));
    }

    [Fact]
    public async Task An_event_after_leaving_closes_the_engine()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());
        await line.JoinAsync("/custom");

        await line.SendAsync("41");
        await line.SendAsync("42/custom,[\"message\",1]");
        await line.ExpectAsync("42/custom,[\"message-back\",1]");
        await line.SendAsync("42[\"message\",1]");

        await line.ExpectClosedAsync();
    }

    [Fact]
    public async Task A_kicked_socket_is_told_and_the_engine_stays()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());
        await line.JoinAsync("/custom");

        await line.SendAsync("42/custom,[\"kick\",false]");

        await line.ExpectAsync("41/custom,");
        await line.ExpectStillServedAsync();
    }

    [Fact]
    public async Task A_socket_kicked_with_its_engine_is_told_before_the_line_ends()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync("42[\"kick\",true]");

        await line.ExpectAsync("41");
        await line.ExpectClosedAsync();
    }

    private static string? Sid(JsonElement reply) => reply.GetProperty("sid").GetString();
}
