using System.Net;
using System.Net.WebSockets;

namespace Vagus.SocketIO.Tests;

public sealed class OriginTests
{
    [Fact]
    public async Task A_page_of_another_host_gets_no_websocket()
    {
        await using var live = await LiveServer.Start();

        await Assert.ThrowsAsync<WebSocketException>(() => Wire.Open(live.WebSocket(), origin: "https://evil.example"));
    }

    [Fact]
    public async Task A_page_of_the_same_host_gets_one()
    {
        await using var live = await LiveServer.Start();

        using var wire = await Wire.Open(live.WebSocket(), origin: $"http://{live.Address.Authority}");

        Assert.StartsWith("0{", await wire.Read());
    }

    [Fact]
    public async Task An_allowed_origin_is_echoed_with_credentials()
    {
        await using var live = await LiveServer.Start(options: options =>
        {
            options.Engine.AllowedOrigins.Add("https://clinic.example");
            options.Engine.AllowCredentials = true;
        });

        using var response = await Send(live, HttpMethod.Get, "https://clinic.example");
        using var refused = await Send(live, HttpMethod.Get, "https://evil.example");

        Assert.Equal("https://clinic.example", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("true", response.Headers.GetValues("Access-Control-Allow-Credentials").Single());
        Assert.Contains("Origin", response.Headers.Vary);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task A_preflight_is_answered_without_opening_a_session()
    {
        await using var live = await LiveServer.Start(options: options => options.Engine.AllowedOrigins.Add("*"));

        using var response = await Send(live, HttpMethod.Options, "https://anyone.example");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal(0, live.Server.ConnectionCount);
    }

    private static async Task<HttpResponseMessage> Send(LiveServer live, HttpMethod method, string origin)
    {
        using var request = new HttpRequestMessage(method, live.Polling());
        request.Headers.Add("Origin", origin);
        return await live.Http.SendAsync(request);
    }
}
