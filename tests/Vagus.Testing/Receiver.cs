using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Vagus.Testing;

/// <summary>A request as it came in.</summary>
public sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>A push service, or a gateway to phones: a real server on 127.0.0.1 that keeps what it is sent.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private Receiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/{**path}", Take);
    }

    public Uri Address => new(app.Urls.First());

    public ConcurrentQueue<Received> Taken { get; } = new();

    /// <summary>With what the next requests are answered; 201 when there is none.</summary>
    public ConcurrentQueue<int> Answers { get; } = new();

    /// <summary>A request is answered when it is done.</summary>
    public Func<Task> BeforeAnswer { get; set; } = () => Task.CompletedTask;

    public static async Task<Receiver> Start()
    {
        var receiver = new Receiver();
        await receiver.app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private async Task Take(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var headers = http.Request.Headers.ToDictionary(each => each.Key, each => each.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Taken.Enqueue(new Received(http.Request.Path, headers, body.ToArray()));
        await BeforeAnswer();
        http.Response.StatusCode = Answers.TryDequeue(out var status) ? status : StatusCodes.Status201Created;
    }
}
