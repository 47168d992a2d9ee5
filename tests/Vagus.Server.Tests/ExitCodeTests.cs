using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Vagus.Storage.Writing;

namespace Vagus.Server.Tests;

/// <summary>A supervisor restarts a server that ended by a failure: it looks at the exit code alone.</summary>
public sealed class ExitCodeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_server_that_is_told_to_stop_ends_with_zero()
    {
        await using var server = TestServer.Build();
        var serving = Serving.Serve(server.App, CancellationToken.None);
        await Started(server).WaitAsync(Limit);

        server.Get<IHostApplicationLifetime>().StopApplication();

        Assert.Equal(0, await serving.WaitAsync(Limit));
    }

    [Fact]
    public async Task A_server_of_which_a_part_failed_stops_and_says_so()
    {
        await using var server = TestServer.Build(add: services => services.AddHostedService<FailingPart>());

        Assert.Equal(70, await Serving.Serve(server.App, CancellationToken.None).WaitAsync(Limit));
    }

    [Fact]
    public async Task A_server_of_which_a_part_failed_while_it_started_says_so_too()
    {
        await using var server = TestServer.Build(add: services => services.AddHostedService<FailingPart>().AddHostedService<SlowStart>());

        Assert.Equal(70, await Serving.Serve(server.App, CancellationToken.None).WaitAsync(Limit));
    }

    [Fact]
    public async Task A_server_whose_storage_failed_stops_and_says_so()
    {
        await using var server = TestServer.Build();
        var serving = Serving.Serve(server.App, CancellationToken.None);
        await Started(server).WaitAsync(Limit);

        server.Get<StorageFailure>().Report(new IOException("On purpose."));

        Assert.Equal(74, await serving.WaitAsync(Limit));
    }

    private static Task Started(TestServer server)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Get<IHostApplicationLifetime>().ApplicationStarted.UnsafeRegister(_ => started.TrySetResult(), null);
        return started.Task;
    }

    /// <summary>Holds up the start until the host stops.</summary>
    private sealed class SlowStart(IHostApplicationLifetime host) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            var stopping = new TaskCompletionSource();
            using var stop = host.ApplicationStopping.UnsafeRegister(_ => stopping.TrySetResult(), null);
            await stopping.Task.WaitAsync(Limit, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class FailingPart : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            await Task.Yield();
            throw new InvalidOperationException("On purpose.");
        }
    }
}
