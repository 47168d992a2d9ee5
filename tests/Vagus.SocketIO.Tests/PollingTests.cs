using System.IO.Compression;
using System.Net;
using System.Text.Json;

namespace Vagus.SocketIO.Tests;

public sealed class PollingTests
{
    [Fact]
    public async Task The_open_packet_has_exactly_the_five_keys()
    {
        await using var live = await LiveServer.Start();

        using var response = await live.Http.GetAsync(live.Polling());

        var open = JsonDocument.Parse((await response.Content.ReadAsStringAsync())[1..]).RootElement;
        Assert.Equal(
            ["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"], open.EnumerateObject().Select(property => property.Name));
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("?transport=polling", 5)]
    [InlineData("?EIO=3&transport=polling", 5)]
    [InlineData("?EIO=4", 0)]
    [InlineData("?EIO=4&transport=smoke", 0)]
    [InlineData("?EIO=4&transport=polling&sid=nobody", 1)]
    [InlineData("?EIO=4&transport=websocket", 3)]
    public async Task A_bad_request_is_told_by_its_code(string query, int code)
    {
        await using var live = await LiveServer.Start();

        using var response = await live.Http.GetAsync(new Uri(live.Address, "/socket.io/" + query));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(code, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task A_websocket_request_whose_upgrade_was_stripped_steals_no_packets()
    {
        await using var live = await LiveServer.Start();
        var sid = await live.OpenPolling();
        await live.Post(sid, "40");

        using var stripped = await live.Http.GetAsync(
            new Uri(live.WebSocket(sid).ToString().Replace("ws://", "http://", StringComparison.Ordinal)));

        Assert.Equal(HttpStatusCode.BadRequest, stripped.StatusCode);
        Assert.StartsWith("40{\"sid\":", await live.Http.GetStringAsync(live.Polling(sid)));
    }

    [Fact]
    public async Task Several_packets_travel_in_one_body_both_ways()
    {
        await using var live = await LiveServer.Start();
        var sid = await live.OpenPolling();
        using var posted = await live.Post(sid, "40\u001e42[\"message\",1]\u001e421[\"ack\",\"é\"]");

        var answer = (await live.Http.GetStringAsync(live.Polling(sid))).Split('\u001e');

        Assert.Equal("ok", await posted.Content.ReadAsStringAsync());
        Assert.StartsWith("40{", answer[0]);
        Assert.Equal(["42[\"message-back\",1]", "431[\"é\"]"], answer[1..]);
    }

    [Fact]
    public async Task Attachments_travel_as_base64()
    {
        await using var live = await LiveServer.Start();
        var sid = await live.OpenPolling();
        await live.Post(sid, "40\u001e451-[\"message\",{\"_placeholder\":true,\"num\":0}]\u001ebAQIDBA==");

        var answer = (await live.Http.GetStringAsync(live.Polling(sid))).Split('\u001e');

        Assert.Equal(["451-[\"message-back\",{\"_placeholder\":true,\"num\":0}]", "bAQIDBA=="], answer[1..]);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("x")]
    public async Task After_the_end_of_a_session_its_id_is_unknown(string last)
    {
        await using var live = await LiveServer.Start();
        var sid = await live.OpenPolling();
        using var ended = await live.Post(sid, last);

        using var posted = await live.Post(sid, "40");

        Assert.Equal(HttpStatusCode.BadRequest, posted.StatusCode);
        Assert.Equal("""{"code":1,"message":"Session ID unknown"}""", await posted.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413_and_the_session_lives()
    {
        await using var live = await LiveServer.Start(options: options => options.Engine.MaxPayload = 1_000);
        var sid = await live.OpenPolling();

        using var large = await live.Post(sid, "4" + new string('x', 2_000));
        await live.Post(sid, "40");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.StartsWith("40{", await live.Http.GetStringAsync(live.Polling(sid)));
    }

    [Fact]
    public async Task A_binary_post_ends_the_session()
    {
        await using var live = await LiveServer.Start();
        var sid = await live.OpenPolling();
        using var content = new ByteArrayContent([1, 2, 3]);
        content.Headers.ContentType = new("application/octet-stream");

        using var posted = await live.Http.PostAsync(live.Polling(sid), content);

        Assert.Equal(HttpStatusCode.BadRequest, posted.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await live.Http.GetAsync(live.Polling(sid))).StatusCode);
    }

    [Fact]
    public async Task Text_that_is_not_utf8_ends_the_session()
    {
        await using var live = await LiveServer.Start();
        var sid = await live.OpenPolling();

        using var posted = await live.Http.PostAsync(live.Polling(sid), new ByteArrayContent([(byte)'4', 0xC3, 0x28]));

        Assert.Equal(HttpStatusCode.BadRequest, posted.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await live.Http.GetAsync(live.Polling(sid))).StatusCode);
    }

    [Fact]
    public async Task A_second_poll_ends_the_session_and_the_first_is_told()
    {
        await using var live = await LiveServer.Start();
        var sid = await live.OpenPolling();
        var first = live.Http.GetAsync(live.Polling(sid));
        await PollWaits(live);

        using var second = await live.Http.GetAsync(live.Polling(sid));

        Assert.Equal("1", await (await first).Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.BadRequest, second.StatusCode);
        Assert.Equal(0, live.Server.ConnectionCount);
    }

    [Fact]
    public async Task A_poll_that_the_client_gives_up_ends_the_session()
    {
        await using var live = await LiveServer.Start();
        var sid = await live.OpenPolling();
        using var stop = new CancellationTokenSource();
        var poll = live.Http.GetAsync(live.Polling(sid), stop.Token);
        await PollWaits(live);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => poll);
        await Until(() => live.Server.ConnectionCount == 0);
        Assert.Equal(HttpStatusCode.BadRequest, (await live.Http.GetAsync(live.Polling(sid))).StatusCode);
    }

    [Fact]
    public async Task A_large_answer_is_compressed_for_a_client_that_accepts_it()
    {
        await using var live = await LiveServer.Start();
        var sid = await live.OpenPolling();
        await live.Post(sid, $"40\u001e42[\"message\",\"{new string('x', 5_000)}\"]");
        using var request = new HttpRequestMessage(HttpMethod.Get, live.Polling(sid));
        request.Headers.AcceptEncoding.ParseAdd("gzip");

        using var response = await live.Http.SendAsync(request);

        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        await using var plain = new GZipStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var reader = new StreamReader(plain);
        Assert.Contains("message-back", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_connections_than_allowed_are_told_to_try_later()
    {
        await using var live = await LiveServer.Start(options: options => options.Engine.MaxConnections = 1);
        await live.OpenPolling();

        using var refused = await live.Http.GetAsync(live.Polling());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
    }

    [Fact]
    public async Task Handshakes_beyond_the_rate_are_told_to_try_later()
    {
        await using var live = await LiveServer.Start(options: options => options.Engine.MaxHandshakesPerSecond = 1);
        await live.OpenPolling();

        using var refused = await live.Http.GetAsync(live.Polling());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
    }

    private static Task PollWaits(LiveServer live) =>
        Until(() => live.Host.Sessions.Any(session => session.Polling is { IsWaiting: true }));

    internal static async Task Until(Func<bool> condition)
    {
        var end = TimeProvider.System.GetTimestamp() + (15 * TimeProvider.System.TimestampFrequency);
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetTimestamp() < end, "It did not happen in time.");
            await Task.Delay(5);
        }
    }
}
