using System.Diagnostics;
using System.Net;
using Vagus.SocketIO.Conformance.Tests.Echo;
using Vagus.SocketIO.Conformance.Tests.Wire;

namespace Vagus.SocketIO.Conformance.Tests.Engine;

public sealed class HeartbeatTests(EchoServers echo)
{
    [Fact]
    public async Task Websocket_is_pinged_again_and_again_while_it_answers()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.WithAsync(EchoSettings.FrequentPings));

        for (var i = 0; i < 5; i++)
        {
            await line.ExpectAsync("2");
            await line.SendAsync("3");
        }
    }

    [Fact]
    public async Task Polling_is_pinged_again_and_again_while_it_answers()
    {
        var client = await PollingClient.ConnectAsync(await echo.WithAsync(EchoSettings.FrequentPings));

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("2", (await client.PollAsync()).Body);
            await client.SendAsync("3");
        }
    }

    [Fact]
    public async Task Websocket_that_never_answers_is_closed_soon_after_interval_and_timeout_and_not_before()
    {
        await using var line = await WebSocketClient.OpenEngineAsync(await echo.WithAsync(EchoSettings.ShortPings));
        var opened = Stopwatch.GetTimestamp();

        await line.ExpectClosedAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(opened).TotalMilliseconds, 400, 3_000);
    }

    [Fact]
    public async Task Polling_that_never_answers_is_gone_after_interval_and_timeout()
    {
        var client = await PollingClient.ConnectAsync(await echo.WithAsync(EchoSettings.ShortPings));
        Assert.Equal("2", (await client.PollAsync()).Body);

        await client.ExpectGoneAsync();
    }

    [Fact]
    public async Task The_next_ping_is_an_interval_after_the_pong_and_not_after_the_ping()
    {
        var server = await echo.WithAsync(EchoSettings.Default with { PingInterval = 1_000, PingTimeout = 10_000 });
        await using var line = await WebSocketClient.ConnectAsync(server);
        await line.ExpectAsync("2");
        var pinged = Stopwatch.GetTimestamp();
        await line.SendAsync("42[\"message\",1]");
        await line.ExpectAsync("42[\"message-back\",1]");
        await Eventually.HoldsAsync(() => Task.FromResult(Stopwatch.GetElapsedTime(pinged).TotalMilliseconds > 600), "600 ms have passed");
        await line.SendAsync("3");
        var answered = Stopwatch.GetTimestamp();

        await line.ExpectAsync("2");

        Assert.InRange(Stopwatch.GetElapsedTime(answered).TotalMilliseconds, 900, 4_000);
    }

    [Fact]
    public async Task Traffic_does_not_stand_in_for_a_pong()
    {
        var server = await echo.WithAsync(EchoSettings.ShortPings);
        await using var line = await WebSocketClient.ConnectAsync(server);
        var closing = line.ExpectClosedAsync();

        await Eventually.HoldsAsync(
            async () =>
            {
                if (closing.IsCompleted) return true;
                try
                {
                    await line.SendAsync("42[\"message\",1]");
                }
                catch (IOException)
                {
                    return true;
                }
                return false;
            },
            "a client that talks but never answers pings is closed");
    }

    [Fact]
    public async Task A_dead_line_without_a_goodbye_is_noticed_and_its_socket_removed()
    {
        var server = await EchoServer.StartAsync(EchoSettings.ShortPings);
        await using var closing = server;
        // Let in: CONNECT was answered. How many there are now cannot be asked before the heartbeat may have ended it.
        await using var line = await WebSocketClient.ConnectAsync(server);

        await Eventually.HoldsAsync(async () => await server.SocketsAsync() == 0, "the silent socket is removed");
    }

    [Fact]
    public async Task A_client_that_sends_the_servers_ping_is_closed()
    {
        await using var line = await WebSocketClient.ConnectAsync(await echo.DefaultAsync());

        await line.SendAsync("2");

        await line.ExpectClosedAsync();
    }

    [Fact]
    public async Task A_polling_client_that_sends_the_servers_ping_is_closed()
    {
        var client = await PollingClient.ConnectAsync(await echo.DefaultAsync());

        await client.PostAsync("2");

        await client.ExpectGoneAsync();
    }

    [Fact]
    public async Task A_waiting_poll_is_released_when_the_ping_times_out()
    {
        var client = await PollingClient.OpenEngineAsync(await echo.WithAsync(EchoSettings.ShortPings));
        Assert.Equal("2", (await client.PollAsync()).Body);

        var released = await client.PollAsync();

        Assert.True(released.Status is HttpStatusCode.BadRequest || released.Body is "1" or "6");
    }
}
