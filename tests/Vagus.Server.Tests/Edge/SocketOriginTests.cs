using System.Net;
using System.Net.WebSockets;
using System.Text;

namespace Vagus.Server.Tests.Edge;

/// <summary>A page of another site comes in by no door of the sockets, also not with the session id of a connection that is open.</summary>
public sealed class SocketOriginTests : IAsyncLifetime
{
    private const string Polling = "/socket.io/?EIO=4&transport=polling";
    private TestServer server = null!;

    public static TheoryData<string> Foreign => new()
    {
        "https://evil.example",
        "null",
        "http://127.0.0.1",
        "http://127.0.0.1.evil.example",
        "file://",
        "https://evil.example, http://127.0.0.1",
    };

    public async ValueTask InitializeAsync() => server = await TestServer.Start();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task A_foreign_page_opens_no_polling_session_and_speaks_in_none(string origin)
    {
        var own = await Handshake();

        Assert.Equal(HttpStatusCode.Forbidden, await Send(HttpMethod.Get, Polling, origin));
        Assert.Equal(HttpStatusCode.Forbidden, await Send(HttpMethod.Post, $"{Polling}&sid={own}", origin, "40"));
        Assert.Equal(HttpStatusCode.Forbidden, await Send(HttpMethod.Get, $"{Polling}&sid={own}", origin));
        Assert.Equal(HttpStatusCode.Forbidden, await Send(HttpMethod.Options, Polling, origin));
        Assert.Equal(HttpStatusCode.OK, await Send(HttpMethod.Post, $"{Polling}&sid={own}", $"http://{server.Address.Authority}", "40"));
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    public async Task A_foreign_page_upgrades_to_no_socket(string origin)
    {
        var own = await Handshake();

        Assert.Equal(HttpStatusCode.Forbidden, await Upgrade("/ws", origin));
        Assert.Equal(HttpStatusCode.Forbidden, await Upgrade("/socket.io/?EIO=4&transport=websocket", origin));
        Assert.Equal(HttpStatusCode.Forbidden, await Upgrade($"/socket.io/?EIO=4&transport=websocket&sid={own}", origin));
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await Upgrade("/ws", $"http://{server.Address.Authority}"));
    }

    private async Task<string> Handshake()
    {
        var opened = await server.Http.GetStringAsync(new Uri(server.Address, Polling));
        return System.Text.Json.JsonDocument.Parse(opened[1..]).RootElement.GetProperty("sid").GetString()!;
    }

    private async Task<HttpStatusCode> Send(HttpMethod method, string path, string origin, string? body = null)
    {
        using var asked = new HttpRequestMessage(method, new Uri(server.Address, path));
        asked.Headers.TryAddWithoutValidation("Origin", origin);
        if (body is not null) asked.Content = new StringContent(body, Encoding.UTF8, "text/plain");
        using var answer = await server.Http.SendAsync(asked);
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> Upgrade(string path, string origin)
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", origin);
        socket.Options.CollectHttpResponseDetails = true;
        try
        {
            await socket.ConnectAsync(new Uri($"ws://{server.Address.Authority}{path}"), CancellationToken.None);
        }
        catch (WebSocketException)
        {
            return socket.HttpStatusCode;
        }

        return socket.HttpStatusCode;
    }
}
