using System.Net;
using System.Text.Json;
using Vagus.SocketIO.Conformance.Tests.Echo;
using Vagus.SocketIO.Conformance.Tests.Wire;

namespace Vagus.SocketIO.Conformance.Tests.Engine;

public sealed class UpgradeTests(EchoServers echo)
{
    [Fact]
    public async Task A_probe_is_answered_the_waiting_poll_is_released_and_websocket_takes_over()
    {
        var server = await echo.DefaultAsync();
        var client = await PollingClient.ConnectAsync(server);
        var waiting = client.PollAsync();

        await using var line = await ProbeAsync(server, client);
        var released = await waiting;
        await line.SendAsync("5");

        Assert.Equal((HttpStatusCode.OK, "6"), (released.Status, released.Body));
        await line.ExpectStillServedAsync();
    }

    [Fact]
    public async Task Every_poll_during_the_probe_is_released_not_only_the_first()
    {
        var server = await echo.DefaultAsync();
        var client = await PollingClient.ConnectAsync(server);

        await using var line = await ProbeAsync(server, client);

        for (var i = 0; i < 4; i++) Assert.Equal("6", (await client.PollAsync()).Body);
        await line.SendAsync("5");
        await line.ExpectStillServedAsync();
    }

    [Fact]
    public async Task Events_between_probe_and_upgrade_arrive_by_websocket_complete_and_in_order()
    {
        var server = await echo.DefaultAsync();
        var client = await PollingClient.ConnectAsync(server);
        await using var line = await ProbeAsync(server, client);
        Assert.Equal("6", (await client.PollAsync()).Body);

        await client.SendAsync("42[\"burst\",50,1]");
        await line.SendAsync("5");

        for (var i = 0; i < 50; i++) await line.ExpectAsync($"42[\"burst\",{{\"i\":{i},\"pad\":\"x\"}}]");
    }

    [Fact]
    public async Task Events_before_the_probe_are_not_lost_by_it()
    {
        var server = await echo.DefaultAsync();
        var client = await PollingClient.ConnectAsync(server);
        await client.SendAsync("42[\"burst\",5,0]");

        await using var line = await ProbeAsync(server, client);
        var polled = await client.PollAsync();
        await line.SendAsync("5");

        var received = polled.Body.Split(PollingClient.Separator).Where(packet => packet is not "6").ToList();
        while (received.Count < 5) received.Add(await line.ReceiveTextAsync());
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"42[\"burst\",{{\"i\":{i},\"pad\":\"\"}}]"), received);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Polling_after_the_upgrade_is_refused_and_harms_nothing(string method)
    {
        var server = await echo.DefaultAsync();
        var client = await PollingClient.ConnectAsync(server);
        await using var line = await UpgradeAsync(server, client);

        using StringContent body = new("42[\"message\",1]");
        var answer = await PollingClient.RequestAsync(server, new HttpMethod(method), client.Query, method == "POST" ? body : null);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(3, JsonDocument.Parse(answer.Body).RootElement.GetProperty("code").GetInt32());
        await line.ExpectStillServedAsync();
    }

    [Fact]
    public async Task A_session_that_began_by_websocket_cannot_be_polled()
    {
        var server = await echo.DefaultAsync();
        await using var line = await WebSocketLine.OpenAsync(server);
        var sid = OpenPacket.Parse(await line.ReceiveTextAsync()).Sid;

        var answer = await PollingClient.RequestAsync(server, HttpMethod.Get, $"EIO=4&transport=polling&sid={sid}");

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        await line.JoinAsync("/");
    }

    [Fact]
    public async Task A_second_websocket_for_an_upgraded_session_is_closed_and_the_first_works()
    {
        var server = await echo.DefaultAsync();
        var client = await PollingClient.ConnectAsync(server);
        await using var line = await UpgradeAsync(server, client);

        await using var second = await WebSocketLine.RequestAsync(server, UpgradeQuery(client));

        Assert.True(second.Status == 400 || await second.ExpectClosedAsync() > 0);
        await line.ExpectStillServedAsync();
    }

    [Fact]
    public async Task A_second_candidate_is_closed_and_the_first_completes()
    {
        var server = await echo.DefaultAsync();
        var client = await PollingClient.ConnectAsync(server);
        await using var first = await ProbeAsync(server, client);

        await using var second = await WebSocketLine.RequestAsync(server, UpgradeQuery(client));

        Assert.True(second.Status == 400 || await second.ExpectClosedAsync() > 0);
        await first.SendAsync("5");
        await first.ExpectStillServedAsync();
    }

    [Theory]
    [InlineData("42[\"message\",1]")]
    [InlineData("3probe")]
    [InlineData("2")]
    [InlineData("abc")]
    [InlineData("1")]
    public async Task Another_packet_than_the_probe_closes_the_candidate_only(string packet)
    {
        var server = await echo.DefaultAsync();
        var client = await PollingClient.ConnectAsync(server);
        await using var line = await WebSocketLine.OpenAsync(server, UpgradeQuery(client));

        await line.SendAsync(packet);

        await line.ExpectClosedAsync();
        await client.ExpectStillServedAsync();
    }

    [Fact]
    public async Task A_probe_that_is_never_completed_is_closed_and_polling_lives()
    {
        var server = await echo.WithAsync(EchoSettings.Default with { UpgradeTimeout = 400 });
        var client = await PollingClient.ConnectAsync(server);
        await using var line = await ProbeAsync(server, client);

        await line.ExpectClosedAsync();

        await client.ExpectStillServedAsync();
    }

    [Fact]
    public async Task A_candidate_that_never_probes_is_closed_and_polling_lives()
    {
        var server = await echo.WithAsync(EchoSettings.Default with { UpgradeTimeout = 400 });
        var client = await PollingClient.ConnectAsync(server);
        await using var line = await WebSocketLine.OpenAsync(server, UpgradeQuery(client));

        await line.ExpectClosedAsync();

        await client.ExpectStillServedAsync();
    }

    [Fact]
    public async Task Events_held_back_for_a_candidate_that_dies_arrive_by_polling()
    {
        var server = await echo.DefaultAsync();
        var client = await PollingClient.ConnectAsync(server);
        await using (var line = await ProbeAsync(server, client))
        {
            await client.SendAsync("42[\"burst\",5,0]");
            line.Reset();
        }

        var received = await client.PollUntilAsync("42[\"burst\",{\"i\":4,\"pad\":\"\"}]");

        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"42[\"burst\",{{\"i\":{i},\"pad\":\"\"}}]"), received);
    }

    [Fact]
    public async Task A_session_whose_candidate_died_may_try_again()
    {
        var server = await echo.DefaultAsync();
        var client = await PollingClient.ConnectAsync(server);
        var dying = await ProbeAsync(server, client);
        dying.Reset();
        await client.ExpectStillServedAsync();

        WebSocketLine? line = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                line = await WebSocketLine.RequestAsync(server, UpgradeQuery(client));
                await line.SendAsync("2probe");
                return await line.ReceiveAsync() is { Opcode: Opcode.Text, Text: "3probe" };
            },
            "a second upgrade is probed");

        Assert.NotNull(line);
        await line.SendAsync("5");
        await line.ExpectStillServedAsync();
        await line.DisposeAsync();
    }

    [Fact]
    public async Task The_heartbeat_goes_on_over_websocket_after_the_upgrade()
    {
        var server = await echo.WithAsync(EchoSettings.FrequentPings);
        var client = await PollingClient.ConnectAsync(server);

        await using var line = await UpgradeAsync(server, client);

        for (var i = 0; i < 3; i++)
        {
            await line.ExpectAsync("2");
            await line.SendAsync("3");
        }
    }

    [Fact]
    public async Task A_session_that_only_opened_its_engine_may_upgrade_and_then_connect()
    {
        var server = await echo.DefaultAsync();
        var client = await PollingClient.OpenEngineAsync(server);

        await using var line = await UpgradeAsync(server, client);

        await line.JoinAsync("/");
        await line.ExpectStillServedAsync();
    }

    private static string UpgradeQuery(PollingClient client) => $"EIO=4&transport=websocket&sid={client.Opened.Sid}";

    private static async Task<WebSocketLine> ProbeAsync(EchoServer server, PollingClient client)
    {
        var line = await WebSocketLine.OpenAsync(server, UpgradeQuery(client));
        await line.SendAsync("2probe");
        await line.ExpectAsync("3probe");
        return line;
    }

    private static async Task<WebSocketLine> UpgradeAsync(EchoServer server, PollingClient client)
    {
        var line = await ProbeAsync(server, client);
        await line.SendAsync("5");
        return line;
    }
}
