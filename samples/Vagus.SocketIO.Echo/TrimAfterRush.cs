using System.Runtime;
using Microsoft.Extensions.Hosting;

namespace Vagus.SocketIO.Echo;

/// <summary>
/// Gives memory back once a rush of new connections is over: what their handshakes needed is garbage that an idle program would keep,
/// since nothing makes it collect. A program with a large heap of its own would not want the pause.
/// </summary>
internal sealed class TrimAfterRush(SocketIOServer server, TimeProvider clock) : BackgroundService
{
    private const int Rush = 500;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        var trimmedAt = 0;
        var before = 0;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = server.ConnectionCount;
            if (now == before && Math.Abs(now - trimmedAt) >= Rush)
            {
                GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                trimmedAt = now;
            }
            before = now;
        }
    }
}
