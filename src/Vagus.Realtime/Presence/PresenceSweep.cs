using Microsoft.Extensions.Hosting;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Presence;

/// <summary>Ends views that were not renewed.</summary>
internal sealed class PresenceSweep(PresenceBoard board, ViewResource view, Feeds feeds, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (tenant, resource) in board.EndExpired()) view.Tell(feeds.SessionsOf(tenant), tenant, resource);
        }
    }
}
