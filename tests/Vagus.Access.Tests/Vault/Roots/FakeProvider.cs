using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Vagus.Access.Tests.Vault.Roots;

/// <summary>
/// A small server on this machine that speaks the documented protocol of a provider. It is not the provider: it shows what we send and how
/// we take answers and outages, not that the provider agrees.
/// </summary>
internal abstract class FakeProvider : IAsyncDisposable
{
    private readonly WebApplication app;

    protected FakeProvider()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(async context =>
        {
            Interlocked.Increment(ref asked);
            if (State == ProviderState.Hangs) await Task.Delay(Timeout.Infinite, context.RequestAborted);
            if (State == ProviderState.Refuses) context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            else await Answer(context);
        });
    }

    private int asked;

    public int Asked => asked;

    public ProviderState State { get; set; }

    public Uri Address => new(app.Urls.First());

    public Task Start() => app.StartAsync();

    protected abstract Task Answer(HttpContext context);

    public ValueTask DisposeAsync() => app.DisposeAsync();
}

internal enum ProviderState
{
    Serves,
    Refuses,
    Hangs,
}
