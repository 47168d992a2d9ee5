using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Vagus.SocketIO;

namespace Vagus.Realtime.Gateways.WebSocket;

/// <summary>
/// The connections of <c>/ws</c>. When the host begins to stop they are closed with 1012 in batches, at the pace of Socket.IO, so that
/// their clients do not all come back to the other nodes at once. The drain begins with the signal and not with the turn of this service:
/// that of Socket.IO goes on at the same time.
/// </summary>
internal sealed class OpenSockets : IHostedLifecycleService, IDisposable
{
    private readonly ConcurrentDictionary<WebSocketConnection, bool> open = new();
    private readonly CancellationTokenSource hurry = new();
    private readonly DrainOptions pace;
    private readonly TimeProvider clock;
    private readonly Lazy<Task> drained;
    private readonly CancellationTokenRegistration stopping;
    private volatile bool isDraining;

    public OpenSockets(IHostApplicationLifetime lifetime, IOptions<SocketIOOptions> socketIO, TimeProvider clock)
    {
        (pace, this.clock) = (socketIO.Value.Drain, clock);
        drained = new Lazy<Task>(Drain);
        stopping = lifetime.ApplicationStopping.UnsafeRegister(_ => _ = drained.Value, null);
    }

    /// <summary>True from the signal to stop on: no connection is admitted.</summary>
    public bool IsDraining => isDraining;

    public void Add(WebSocketConnection connection)
    {
        open.TryAdd(connection, true);
        // It may have come in between the look at IsDraining and here, behind the last batch.
        if (isDraining) SendAway(connection);
    }

    public void Remove(WebSocketConnection connection) => open.TryRemove(connection, out _);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await using var now = cancellationToken.UnsafeRegister(_ => hurry.Cancel(), null);
        await drained.Value;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        stopping.Dispose();
        hurry.Dispose();
    }

    private async Task Drain()
    {
        isDraining = true;
        var began = clock.GetTimestamp();
        var isFirst = true;
        foreach (var batch in open.Keys.Chunk(Math.Max(1, pace.BatchSize)))
        {
            if (!isFirst && clock.GetElapsedTime(began) < pace.Limit)
                await Task.Delay(pace.BatchInterval, clock, hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            isFirst = false;
            foreach (var connection in batch) SendAway(connection);
        }
    }

    private static void SendAway(WebSocketConnection connection) => connection.Outgoing.Close(WebSocketClose.Restart, "restart");
}
