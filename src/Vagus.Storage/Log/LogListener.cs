using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Log;

/// <summary>
/// PostgreSQL only: hears of commits by other processes through LISTEN and raises the same signal as our own. While the connection is lost
/// readers fall back on their own poll; once it is back they are told where each log stands.
/// </summary>
internal sealed partial class LogListener(
    Database database, LogSignal signal, StorageMeter meter, TimeProvider clock, ILogger<LogListener> logger)
    : BackgroundService
{
    internal const string Channel = "vagus_log";
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    internal static string Payload(TenantId tenant, long position) =>
        string.Create(CultureInfo.InvariantCulture, $"{position} {tenant.Value}");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (database.Engine == Engine.Sqlite) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Listen(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception cause) when (!stoppingToken.IsCancellationRequested)
            {
                meter.ListenerIsConnected = false;
                Log.Lost(logger, FailureName.Of(cause));
                await Task.Delay(Retry, clock, stoppingToken);
            }
        }
    }

    private async Task Listen(CancellationToken cancel)
    {
        await using var connection = await database.OpenListener(cancel);
        if (connection is null) return;
        connection.Notification += (_, notice) => Raise(notice.Payload);
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = $"listen {Channel}";
            await command.ExecuteNonQueryAsync(cancel);
        }

        meter.ListenerIsConnected = true;
        foreach (var (tenant, position) in await database.Query(ReadHeads, [], Head, cancel)) signal.Raise(tenant, position);
        while (true) await connection.WaitAsync(cancel);
    }

    private void Raise(string payload)
    {
        var space = payload.IndexOf(' ', StringComparison.Ordinal);
        if (space > 0 && long.TryParse(payload.AsSpan(0, space), CultureInfo.InvariantCulture, out var position))
            signal.Raise(new TenantId(payload[(space + 1)..]), position);
    }

    private static (TenantId Tenant, long Position) Head(DbDataReader row) => (new TenantId(row.GetString(0)), row.GetInt64(1));

    // Commits while the connection was lost were not heard of.
    private static readonly Statement ReadHeads = new("""
        select tenant_id, position
        from log_head
        order by tenant_id
        """);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The listener for commits of other processes lost its connection ({Cause}); trying again")]
        public static partial void Lost(ILogger logger, string cause);
    }
}
