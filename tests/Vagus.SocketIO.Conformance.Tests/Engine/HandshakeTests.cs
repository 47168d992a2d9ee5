using System.Net;
using System.Text.Json;
using Vagus.SocketIO.Conformance.Tests.Echo;
using Vagus.SocketIO.Conformance.Tests.Wire;

namespace Vagus.SocketIO.Conformance.Tests.Engine;

public sealed class HandshakeTests(EchoServers echo)
{
    [Fact]
    public async Task Polling_opens_with_exactly_the_five_keys_and_offers_websocket()
    {
        var server = await echo.WithAsync(EchoSettings.ShortPings);

        var client = await PollingClient.OpenEngineAsync(server);

        Assert.Equal(["websocket"], client.Opened.Upgrades);
        Assert.Equal((300, 200, 1_000_000), (client.Opened.PingInterval, client.Opened.PingTimeout, client.Opened.MaxPayload));
    }

    [Fact]
    public async Task Websocket_opens_with_exactly_the_five_keys_and_offers_no_upgrade()
    {
        var server = await echo.WithAsync(EchoSettings.ShortPings);
        await using var line = await WebSocketLine.OpenAsync(server);

        var opened = OpenPacket.Parse(await line.ReceiveTextAsync());

        Assert.Empty(opened.Upgrades);
        Assert.Equal((300, 200, 1_000_000), (opened.PingInterval, opened.PingTimeout, opened.MaxPayload));
    }

    [Fact]
    public async Task The_accept_key_proves_that_the_server_read_the_request()
    {
        var server = await echo.DefaultAsync();

        await using var line = await WebSocketLine.OpenAsync(server);

        Assert.Contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", line.Head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "transport=polling", 5)]
    [InlineData("GET", "EIO=abc&transport=polling", 5)]
    [InlineData("GET", "EIO=3&transport=polling", 5)]
    [InlineData("GET", "EIO=4", 0)]
    [InlineData("GET", "EIO=4&transport=abc", 0)]
    [InlineData("GET", "EIO=4&transport=", 0)]
    [InlineData("GET", "EIO=4&transport=constructor", 0)]
    [InlineData("POST", "EIO=4&transport=polling", 2)]
    [InlineData("PUT", "EIO=4&transport=polling", 2)]
    [InlineData("GET", "EIO=4&transport=websocket", 3)]
    [InlineData("GET", "EIO=4&transport=polling&sid=abc", 1)]
    [InlineData("POST", "EIO=4&transport=polling&sid=abc", 1)]
    [InlineData("GET", "EIO=4&transport=polling&sid=__proto__", 1)]
    public async Task A_bad_request_is_refused_with_its_code(string method, string query, int code)
    {
        string[] messages =
            ["Transport unknown", "Session ID unknown", "Bad handshake method", "Bad request", "Forbidden", "Unsupported protocol version"];
        var server = await echo.DefaultAsync();

        var answer = await PollingClient.RequestAsync(server, new HttpMethod(method), query);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        var body = JsonDocument.Parse(answer.Body).RootElement;
        Assert.Equal(code, body.GetProperty("code").GetInt32());
        Assert.Equal(messages[code], body.GetProperty("message").GetString());
        Assert.StartsWith("application/json", answer.ContentType, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("transport=websocket")]
    [InlineData("EIO=abc&transport=websocket")]
    [InlineData("EIO=3&transport=websocket")]
    [InlineData("EIO=4")]
    [InlineData("EIO=4&transport=abc")]
    [InlineData("EIO=4&transport=websocket&sid=abc")]
    public async Task A_bad_websocket_request_is_not_upgraded_or_closed_at_once(string query)
    {
        var server = await echo.DefaultAsync();

        await using var line = await WebSocketLine.RequestAsync(server, query);

        Assert.True(line.Status == 400 || await line.ExpectClosedAsync() > 0);
    }

    [Fact]
    public async Task A_websocket_request_whose_upgrade_was_stripped_is_refused_and_steals_nothing()
    {
        var server = await echo.DefaultAsync();
        var client = await PollingClient.ConnectAsync(server);

        var stripped = await PollingClient.RequestAsync(server, HttpMethod.Get, $"EIO=4&transport=websocket&sid={client.Opened.Sid}");

        Assert.Equal(HttpStatusCode.BadRequest, stripped.Status);
        await client.ExpectStillServedAsync();
    }

    [Fact]
    public async Task Session_ids_are_long_and_never_repeat()
    {
        var server = await echo.DefaultAsync();

        HashSet<string> ids = [];
        for (var i = 0; i < 50; i++) ids.Add((await PollingClient.OpenEngineAsync(server)).Opened.Sid);

        Assert.Equal(50, ids.Count);
        Assert.All(ids, id => Assert.Matches("^[A-Za-z0-9_-]{20,}$", id));
    }

    [Fact]
    public async Task The_public_id_of_a_socket_is_not_the_secret_id_of_its_session()
    {
        var server = await echo.DefaultAsync();
        await using var line = await WebSocketLine.OpenAsync(server);
        var secret = OpenPacket.Parse(await line.ReceiveTextAsync()).Sid;

        var connected = await line.JoinAsync("/");

        Assert.NotEqual(secret, connected.GetProperty("sid").GetString());
    }

    [Fact]
    public async Task Answers_to_polling_are_never_cached()
    {
        var server = await echo.DefaultAsync();

        var client = await PollingClient.OpenEngineAsync(server);
        var posted = await client.PostAsync("40");
        var polled = await client.PollAsync();

        Assert.Equal("text/html", posted.ContentType?.Split(';')[0]);
        Assert.Equal("text/plain; charset=utf-8", polled.ContentType, ignoreCase: true);
        Assert.Equal(("no-store", "no-store"), (posted.CacheControl, polled.CacheControl));
    }

    [Fact]
    public async Task An_engine_that_joins_no_namespace_is_closed_at_the_connect_timeout()
    {
        var server = await echo.WithAsync(EchoSettings.Default with { ConnectTimeout = 500 });
        await using var line = await WebSocketClient.OpenEngineAsync(server);

        await line.ExpectClosedAsync();
    }

    [Fact]
    public async Task An_engine_that_was_only_refused_a_namespace_is_closed_at_the_connect_timeout()
    {
        var server = await echo.WithAsync(EchoSettings.Default with { ConnectTimeout = 500 });
        await using var line = await WebSocketClient.OpenEngineAsync(server);
        await line.SendAsync("40/nope,");
        await line.ExpectAsync("44/nope,{\"message\":\"Invalid namespace\"}");

        await line.ExpectClosedAsync();
    }

    [Fact]
    public async Task An_engine_that_joined_survives_the_connect_timeout()
    {
        var server = await echo.WithAsync(EchoSettings.Default with { ConnectTimeout = 500 });
        await using var silent = await WebSocketClient.OpenEngineAsync(server);
        await using var line = await WebSocketClient.ConnectAsync(server);

        await silent.ExpectClosedAsync();
        await using var later = await WebSocketClient.OpenEngineAsync(server);
        await later.ExpectClosedAsync();

        await line.ExpectStillServedAsync();
    }
}
