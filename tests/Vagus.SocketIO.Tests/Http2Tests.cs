using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Vagus.SocketIO.Tests;

public sealed class Http2Tests
{
    [Fact]
    public async Task A_websocket_over_http2_works_like_any_other()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSocketIO();
        await using var app = builder.Build();
        app.MapSocketIO("/socket.io/", io => io.Namespace("/", LiveServer.Echo));
        await app.StartAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler());
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var port = new Uri(app.Urls.First()).Port;

        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket"), invoker, limit.Token);
        await Read(socket, limit.Token);
        await socket.SendAsync("40"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
        await Read(socket, limit.Token);
        await socket.SendAsync("42[\"message\",1]"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, limit.Token);

        Assert.Equal("42[\"message-back\",1]", await Read(socket, limit.Token));
        socket.Abort();
    }

    private static async Task<string> Read(ClientWebSocket socket, CancellationToken cancel)
    {
        var buffer = new byte[4_096];
        var read = await socket.ReceiveAsync(buffer, cancel);
        return Encoding.UTF8.GetString(buffer, 0, read.Count);
    }
}
