using System.Net;
using System.Text;
using Vagus.SocketIO.Conformance.Tests.Echo;
using Vagus.SocketIO.Conformance.Tests.Wire;

namespace Vagus.SocketIO.Conformance.Tests.Engine;

public sealed class PollingTests(EchoServers echo)
{
    private const string Sep = "\x1e";

    [Fact]
    public async Task A_packet_is_answered_with_ok_and_its_echo_comes_by_the_next_poll()
    {
        var client = await PollingClient.ConnectAsync(await echo.DefaultAsync());

        var posted = await client.PostAsync("42[\"message\",\"hello\"]");
        var polled = await client.PollAsync();

        Assert.Equal((HttpStatusCode.OK, "ok"), (posted.Status, posted.Body));
        Assert.Equal((HttpStatusCode.OK, "42[\"message-back\",\"hello\"]"), (polled.Status, polled.Body));
    }

    [Fact]
    public async Task Three_packets_of_one_post_come_back_in_one_poll()
    {
        var client = await PollingClient.ConnectAsync(await echo.DefaultAsync());

        await client.SendAsync("42[\"message\",1]", "42[\"message\",2]", "42[\"message\",3]");
        var polled = await client.PollAsync();

        Assert.Equal($"42[\"message-back\",1]{Sep}42[\"message-back\",2]{Sep}42[\"message-back\",3]", polled.Body);
    }

    [Fact]
    public async Task Binary_travels_as_base64_in_both_directions()
    {
        var client = await PollingClient.ConnectAsync(await echo.DefaultAsync());

        await client.SendAsync("451-[\"message\",{\"_placeholder\":true,\"num\":0}]", "bAQIDBA==");

        Assert.Equal(
            ["451-[\"message-back\",{\"_placeholder\":true,\"num\":0}]", "bAQIDBA=="],
            await client.PollUntilAsync("bAQIDBA=="));
    }

    [Fact]
    public async Task A_waiting_poll_is_answered_when_something_happens()
    {
        var client = await PollingClient.ConnectAsync(await echo.DefaultAsync());
        var waiting = client.PollAsync();

        await client.SendAsync("42[\"message\",\"now\"]");

        Assert.Equal("42[\"message-back\",\"now\"]", (await waiting).Body);
    }

    [Fact]
    public async Task Text_of_every_plane_survives_the_way_there_and_back()
    {
        var client = await PollingClient.ConnectAsync(await echo.DefaultAsync());

        await client.SendAsync("42[\"message\",\"€ 中 😀 é\"]");

        await client.PollUntilAsync("42[\"message-back\",\"€ 中 😀 é\"]");
    }

    [Fact]
    public async Task A_body_that_is_no_packet_ends_the_session()
    {
        var client = await PollingClient.ConnectAsync(await echo.DefaultAsync());

        await client.PostAsync("abc");

        await client.ExpectGoneAsync();
    }

    // The last answer may still carry the farewell: 1, or 6 and 1 together.
    [Theory]
    [InlineData("42[\"message\",1]\x1e")]
    [InlineData("\x1e\x1e\x1e")]
    [InlineData("\x1e" + "42[\"message\",1]")]
    [InlineData("b====")]
    [InlineData("4abc")]
    [InlineData("9")]
    public async Task A_malformed_body_ends_the_session(string body)
    {
        var client = await PollingClient.ConnectAsync(await echo.DefaultAsync());

        await client.PostAsync(body);

        await client.ExpectGoneAsync();
    }

    [Fact]
    public async Task A_second_poll_at_the_same_time_ends_the_session()
    {
        var client = await PollingClient.ConnectAsync(await echo.DefaultAsync());

        Task<Answer>[] both = [client.PollAsync(), client.PollAsync()];
        await Task.WhenAll(both);

        Answer[] answers = [await both[0], await both[1]];
        Assert.Contains(answers, answer => answer is { Status: HttpStatusCode.OK, Body: "1" });
        Assert.Contains(answers, answer => answer.Status is HttpStatusCode.BadRequest);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PollAsync()).Status);
    }

    [Fact]
    public async Task A_second_post_at_the_same_time_ends_the_session()
    {
        var server = await echo.DefaultAsync();
        var client = await PollingClient.ConnectAsync(server);
        await using var unfinished = await WebSocketLine.DialAsync(server);
        await unfinished.SendRawAsync(Encoding.ASCII.GetBytes(
            $"POST /socket.io/?{client.Query} HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\n42["));

        await Eventually.HoldsAsync(
            async () => (await client.PostAsync("3")).Status is HttpStatusCode.BadRequest, "an overlapping POST is refused");

        await client.ExpectGoneAsync();
    }

    [Fact]
    public async Task An_aborted_poll_ends_the_session()
    {
        var server = await echo.DefaultAsync();
        var client = await PollingClient.ConnectAsync(server);
        await using (var poll = await WebSocketLine.DialAsync(server))
        {
            await poll.SendRawAsync(Encoding.ASCII.GetBytes($"GET /socket.io/?{client.Query} HTTP/1.1\r\nHost: x\r\n\r\n"));
        }

        await Eventually.HoldsAsync(
            async () => (await client.PostAsync("3")).Status is HttpStatusCode.BadRequest, "the session of an aborted poll is gone");
    }

    [Fact]
    public async Task A_close_packet_releases_the_waiting_poll_and_ends_the_session()
    {
        var client = await PollingClient.ConnectAsync(await echo.DefaultAsync());
        var waiting = client.PollAsync();

        await client.PostAsync("1");

        var released = await waiting;
        Assert.Equal((HttpStatusCode.OK, "6"), (released.Status, released.Body));
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PollAsync()).Status);
    }

    [Fact]
    public async Task A_post_of_octets_is_refused_and_ends_the_session()
    {
        var server = await echo.DefaultAsync();
        var client = await PollingClient.ConnectAsync(server);
        using ByteArrayContent octets = new(Encoding.ASCII.GetBytes("4hello"));
        octets.Headers.ContentType = new("application/octet-stream");

        var answer = await PollingClient.RequestAsync(server, HttpMethod.Post, client.Query, octets);

        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        await client.ExpectGoneAsync();
    }

    [Fact]
    public async Task A_post_above_the_limit_is_refused_and_the_session_lives()
    {
        var client = await PollingClient.ConnectAsync(await echo.DefaultAsync());

        var answer = await client.PostAsync($"42[\"message\",\"{new string('x', 1_000_001)}\"]");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
        await client.ExpectStillServedAsync();
    }

    [Fact]
    public async Task A_post_above_the_limit_that_hides_its_length_is_refused()
    {
        var server = await echo.WithAsync(EchoSettings.Default with { MaxPayload = 10_000 });
        var client = await PollingClient.ConnectAsync(server);
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri($"/socket.io/?{client.Query}", UriKind.Relative));
        request.Content = new StringContent(new string('x', 50_000));
        request.Headers.TransferEncodingChunked = true;

        var answer = await Answer.ReadAsync(server.Http.SendAsync(request));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.Status);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task Other_methods_on_a_session_are_refused(string method)
    {
        var server = await echo.DefaultAsync();
        var client = await PollingClient.ConnectAsync(server);

        var answer = await PollingClient.RequestAsync(server, new HttpMethod(method), client.Query);

        Assert.InRange((int)answer.Status, 400, 500);
    }

    [Fact]
    public async Task The_greeting_over_polling_is_one_answer_and_in_order()
    {
        var client = await PollingClient.OpenEngineAsync(await echo.DefaultAsync());

        await client.SendAsync("40{\"token\":\"123\"}");
        var packets = await client.PollUntilAsync("42[\"auth\",{\"token\":\"123\"}]");

        Assert.Equal(2, packets.Count);
        Assert.StartsWith("40{\"sid\":", packets[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thousands_of_packets_in_one_post_come_back_complete_and_in_order()
    {
        var client = await PollingClient.ConnectAsync(await echo.DefaultAsync());

        await client.SendAsync([.. Enumerable.Range(0, 3_000).Select(i => $"42[\"message\",{i}]")]);

        Assert.Equal(
            Enumerable.Range(0, 3_000).Select(i => $"42[\"message-back\",{i}]"),
            await client.PollUntilAsync("42[\"message-back\",2999]"));
    }
}
