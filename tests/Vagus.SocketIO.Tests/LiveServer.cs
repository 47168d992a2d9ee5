using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vagus.SocketIO.Engine;

namespace Vagus.SocketIO.Tests;

/// <summary>A server in this process, on a free port, with long heartbeats unless a test sets others.</summary>
internal sealed class LiveServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LiveServer(WebApplication app) => _app = app;

    internal Uri Address { get; private init; } = null!;

    internal SocketIOServer Server => _app.Services.GetRequiredService<SocketIOServer>();

    internal EngineHost Host => _app.Services.GetRequiredService<EngineHost>();

    internal HttpClient Http { get; } = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None });

    internal static async Task<LiveServer> Start(
        Action<SocketIOServer>? configure = null, Action<SocketIOOptions>? options = null, TimeProvider? clock = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        if (clock is not null) builder.Services.AddSingleton(clock);
        builder.Services.AddSocketIO(set => set.Drain.BatchInterval = TimeSpan.FromMilliseconds(10));
        if (options is not null) builder.Services.Configure(options);
        var app = builder.Build();
        app.MapSocketIO("/socket.io/", configure ?? (io => io.Namespace("/", Echo)));
        await app.StartAsync();
        return new LiveServer(app) { Address = new Uri(app.Urls.First()) };
    }

    internal static void Echo(SocketNamespace ns)
    {
        ns.On("message", (socket, arguments, _) =>
        {
            socket.Emit(arguments.As("message-back", ns));
            return ValueTask.CompletedTask;
        });
        ns.On("ack", (_, arguments, _) =>
        {
            arguments.AckWith(arguments);
            return ValueTask.CompletedTask;
        });
    }

    internal Uri Polling(string? sid = null) => new(Address, $"/socket.io/?EIO=4&transport=polling{(sid is null ? "" : "&sid=" + sid)}");

    internal Uri WebSocket(string? sid = null) =>
        new($"ws://{Address.Authority}/socket.io/?EIO=4&transport=websocket{(sid is null ? "" : "&sid=" + sid)}");

    internal async Task<string> OpenPolling()
    {
        var open = await Http.GetStringAsync(Polling());
        return System.Text.Json.JsonDocument.Parse(open[1..]).RootElement.GetProperty("sid").GetString()!;
    }

    internal Task<HttpResponseMessage> Post(string sid, string body) => Http.PostAsync(Polling(sid), new StringContent(body));

    /// <summary>A WebSocket connection with its open packet read.</summary>
    internal async Task<Wire> Connect()
    {
        var wire = await Wire.Open(WebSocket());
        Assert.StartsWith("0{", await wire.Read());
        return wire;
    }

    /// <summary>A WebSocket connection that has joined a namespace; gives the answer to CONNECT too.</summary>
    internal async Task<(Wire Wire, string Answer)> Join(string connect = "40")
    {
        var wire = await Connect();
        await wire.Send(connect);
        return (wire, await wire.Read());
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }
}
