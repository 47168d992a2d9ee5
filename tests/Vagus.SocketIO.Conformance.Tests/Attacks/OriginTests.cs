using Vagus.SocketIO.Conformance.Tests.Echo;
using Vagus.SocketIO.Conformance.Tests.Wire;

namespace Vagus.SocketIO.Conformance.Tests.Attacks;

/// <summary>CORS does not protect a WebSocket: the origin is looked at on every handshake.</summary>
public sealed class OriginTests(EchoServers echo)
{
    private const string WebSocketQuery = "EIO=4&transport=websocket";
    private const string PollingQuery = "EIO=4&transport=polling";

    [Fact]
    public async Task A_websocket_from_a_foreign_page_is_forbidden()
    {
        EchoCommand.SkipOnReference("it looks at no origin unless told to");
        await using var line = await WebSocketLine.RequestAsync(await echo.DefaultAsync(), WebSocketQuery, "Origin: https://evil.example");

        Assert.Equal(403, line.Status);
    }

    [Fact]
    public async Task A_polling_handshake_from_a_foreign_page_is_forbidden()
    {
        EchoCommand.SkipOnReference("it looks at no origin unless told to");

        var (status, _) = await GetAsync(await echo.DefaultAsync(), "https://evil.example");

        Assert.Equal(403, status);
    }

    [Fact]
    public async Task A_page_of_the_same_host_is_welcome()
    {
        var server = await echo.DefaultAsync();
        await using var line = await WebSocketLine.RequestAsync(server, WebSocketQuery, $"Origin: http://127.0.0.1:{server.Port}");

        Assert.Equal(101, line.Status);
    }

    [Fact]
    public async Task A_client_that_is_no_browser_sends_no_origin_and_is_welcome()
    {
        await using var line = await WebSocketLine.RequestAsync(await echo.DefaultAsync(), WebSocketQuery);

        Assert.Equal(101, line.Status);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("http://127.0.0.1.evil.example")]
    [InlineData("http://evil.example:80@127.0.0.1")]
    [InlineData("not an origin")]
    public async Task An_origin_that_only_looks_like_ours_is_forbidden(string origin)
    {
        EchoCommand.SkipOnReference("it looks at no origin unless told to");
        await using var line = await WebSocketLine.RequestAsync(await echo.DefaultAsync(), WebSocketQuery, $"Origin: {origin}");

        Assert.Equal(403, line.Status);
    }

    // CVE-2020-28481: by default every page on earth was allowed.
    [Fact]
    public async Task By_default_no_foreign_page_may_read_an_answer()
    {
        var (_, head) = await GetAsync(await echo.DefaultAsync(), "https://evil.example");

        Assert.DoesNotContain("access-control-allow-origin", head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_preflight_of_a_foreign_page_allows_nothing()
    {
        var server = await echo.DefaultAsync();
        using HttpRequestMessage request = new(HttpMethod.Options, new Uri($"/socket.io/?{PollingQuery}", UriKind.Relative));
        request.Headers.Add("Origin", "https://evil.example");
        request.Headers.Add("Access-Control-Request-Method", "POST");

        using var response = await server.Http.SendAsync(request);

        Assert.DoesNotContain("access-control-allow-origin", response.Headers.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    private static async Task<(int Status, string Head)> GetAsync(EchoServer server, string origin)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri($"/socket.io/?{PollingQuery}", UriKind.Relative));
        request.Headers.Add("Origin", origin);
        using var response = await server.Http.SendAsync(request);
        return ((int)response.StatusCode, response.Headers.ToString());
    }
}
