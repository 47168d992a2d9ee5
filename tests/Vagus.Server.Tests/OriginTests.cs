using System.Net;
using System.Net.WebSockets;

namespace Vagus.Server.Tests;

/// <summary>Which pages may open sockets: our own always, those of other origins when the operator lists them.</summary>
public sealed class OriginTests
{
    private const string Local = "--urls http://127.0.0.1:0";
    private const string Listed = Local + " --allowed-origins https://portal.example;https://kiosk.example";
    private const string Public = Local + " --public-url https://clinic.example:8443/";
    private const string Own = "own";

    [Theory]
    [InlineData(Local, Own, true)]
    [InlineData(Local, "https://portal.example", false)]
    [InlineData(Listed, Own, true)]
    [InlineData(Listed, "https://kiosk.example", true)]
    [InlineData(Listed, "https://evil.example", false)]
    [InlineData(Public, Own, true)]
    [InlineData(Public, "https://clinic.example:8443", true)]
    [InlineData(Public, "https://clinic.example", false)]
    [InlineData(Listed + " --public-url https://praxis-müller.example", "https://xn--praxis-mller-klb.example", true)]
    [InlineData(Local + " --allowed-origins *", "https://anyone.example", true)]
    public async Task A_page_may_open_both_kinds_of_socket_or_none(string settings, string origin, bool allowed)
    {
        await using var server = await TestServer.Start(settings);
        if (origin == Own) origin = $"http://{server.Address.Authority}";

        Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, await Poll(server, origin));
        Assert.Equal(allowed ? HttpStatusCode.SwitchingProtocols : HttpStatusCode.Forbidden, await Connect(server, origin));
    }

    private static async Task<HttpStatusCode> Poll(TestServer server, string origin)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/socket.io/?EIO=4&transport=polling"));
        asked.Headers.Add("Origin", origin);
        using var answer = await server.Http.SendAsync(asked);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> Connect(TestServer server, string origin)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", origin);
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(new UriBuilder(server.Address) { Scheme = "ws", Path = "/ws" }.Uri, CancellationToken.None);
        }
        catch (WebSocketException)
        {
            return socket.HttpStatusCode;
        }

        return socket.HttpStatusCode;
    }
}
