using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using Vagus.Server.Edge;

namespace Vagus.Server.Tests.Edge;

/// <summary>How many sockets one process holds.</summary>
public sealed class SocketLimitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_socket_that_is_one_too_many_is_answered_503_until_another_has_gone()
    {
        await using var server = await TestServer.Start(edge: new EdgeLimits { Sockets = 2 });
        using var first = new ClientWebSocket();
        using var second = new ClientWebSocket();
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await Open(server, first, "/ws"));
        Assert.Equal(HttpStatusCode.SwitchingProtocols, await Open(server, second, "/socket.io/?EIO=4&transport=websocket"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await TryOpen(server, "/ws"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await TryOpen(server, "/socket.io/?EIO=4&transport=websocket"));
        Assert.Equal(HttpStatusCode.OK, (await EdgeClinic.Ask(server, "/socket.io/?EIO=4&transport=polling")).StatusCode);

        first.Abort();
        var clock = Stopwatch.StartNew();
        while (await TryOpen(server, "/ws") != HttpStatusCode.SwitchingProtocols)
        {
            Assert.True(clock.Elapsed < Limit, "The place of the socket that has gone was not given to another.");
            await Task.Delay(20);
        }
    }

    private static async Task<HttpStatusCode> TryOpen(TestServer server, string path)
    {
        using var socket = new ClientWebSocket();
        return await Open(server, socket, path);
    }

    private static async Task<HttpStatusCode> Open(TestServer server, ClientWebSocket socket, string path)
    {
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
