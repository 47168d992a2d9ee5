using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.SocketIO;
using Vagus.SocketIO.Echo;

const string EnginePath = "/engine.io/";

var flags = Flags.Read(args);
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
// Otherwise every request, and so every WebSocket for as long as it lives, carries an Activity and a log scope.
builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, flags.Port));
builder.Services.AddSocketIO(flags.Apply);
builder.Services.AddHostedService<TrimAfterRush>();
var app = builder.Build();

// The same program answers both conformance suites: bare Engine.IO beside Socket.IO, or in its place if it is given that path.
app.MapEngineIO(EnginePath, new EngineApplication
{
    OnText = (connection, text) =>
    {
        connection.SendText(text.Span);
        return ValueTask.CompletedTask;
    },
    OnBinary = (connection, bytes) =>
    {
        connection.SendBinary(bytes.Span);
        return ValueTask.CompletedTask;
    },
});
if (flags.Path.TrimEnd('/') + "/" != EnginePath) app.MapSocketIO(flags.Path, EchoApplication.SetUp);

app.MapPost("/broadcast", (SocketIOServer server, string room, string @event, int count, int size) =>
{
    var pad = new string('x', size);
    var clock = Stopwatch.StartNew();
    for (var i = 0; i < count; i++) server.Of("/").To(room).Emit(@event, new Numbered(i, pad));
    return Results.Json(new { count, elapsedMs = clock.Elapsed.TotalMilliseconds });
});
app.MapGet("/stats", (SocketIOServer server) => Results.Json(new
{
    sockets = server.Namespaces.Sum(one => one.Count),
    rooms = server.Namespaces.FirstOrDefault(one => one.Name == "/")?.Rooms() ?? new Dictionary<string, int>(),
}));

await app.RunAsync();
