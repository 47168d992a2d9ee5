using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Log;

/// <summary>
/// SQLite only: notices commits by other processes and raises the same signal as our own. SQLite counts the commits of other connections
/// (<c>pragma data_version</c>), which costs a look into shared memory; the heads are read when it has moved. While this process serves the
/// file alone nothing is watched.
/// </summary>
internal sealed partial class LogWatch(
    Database database, LogSignal signal, NodeFiles nodes, TimeProvider clock, ILogger<LogWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BetweenLooksForOthers = TimeSpan.FromSeconds(1);
    private readonly Dictionary<TenantId, long> heads = [];
    private SqlSession? watch;
    private long version;
    private long looked;
    private bool isFailing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (database.Engine != Engine.Sqlite) return;
        try
        {
            while (true)
            {
                await Task.Delay(watch is null ? BetweenLooksForOthers : Between, clock, stoppingToken);
                await TryTurn(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await End();
        }
    }

    private async ValueTask TryTurn(CancellationToken cancel)
    {
        try
        {
            await Turn(cancel);
            isFailing = false;
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            // The top of this loop: readers also look by themselves, once a second.
            if (!isFailing) Log.Failed(logger, FailureName.Of(cause));
            isFailing = true;
        }
    }

    private async ValueTask Turn(CancellationToken cancel)
    {
        if (looked == 0 || clock.GetElapsedTime(looked) >= BetweenLooksForOthers)
        {
            looked = clock.GetTimestamp();
            if (!nodes.HasOthers()) await End();
            else watch ??= database.OpenWatch();
        }

        if (watch is null) return;
        var now = (await watch.Query(ReadVersion, [], row => row.GetInt64(0), cancel))[0];
        if (now == version) return;
        // Readers end the snapshots that they keep from before.
        database.CommittedElsewhere();
        var read = await watch.Query(ReadHeads, [], row => (new TenantId(row.GetString(0)), row.GetInt64(1)), cancel);
        foreach (var (tenant, position) in read)
        {
            if (heads.TryGetValue(tenant, out var known) && known >= position) continue;
            heads[tenant] = position;
            signal.Raise(tenant, position);
        }

        version = now;
    }

    private async ValueTask End()
    {
        if (watch is null) return;
        await watch.DisposeAsync();
        (watch, version) = (null, 0);
    }

    private static readonly Statement ReadVersion = new("pragma data_version");

    private static readonly Statement ReadHeads = new("""
        select tenant_id, position
        from log_head
        order by tenant_id
        """);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Commits of other processes could not be watched ({Cause}); trying again")]
        public static partial void Failed(ILogger logger, string cause);
    }
}
