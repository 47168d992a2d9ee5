using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using Vagus.Access.Tenants;
using Vagus.Bus.Connecting;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.Bus.Waking;

/// <summary>
/// Tells the other nodes by NATS that a tenant's log has grown, and hears of theirs. Like LISTEN/NOTIFY, which stays, it is a hint: readers
/// poll the log as well, so that a lost hint costs time alone. With SQLite there is one node, and nothing runs.
/// </summary>
internal sealed partial class WakeNodes(
    NatsLine line, LogSignal signal, Database database, TimeProvider clock, ILogger<WakeNodes> logger) : BackgroundService
{
    private const int Waiting = 1024;
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private readonly Channel<string> hints = Channel.CreateBounded<string>(
        new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest });

    // The last position of each tenant that was heard or told: hints of other nodes are not sent back.
    private readonly ConcurrentDictionary<TenantId, long> known = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (database.Engine == Engine.Sqlite) return;
        using var observation = signal.Observe(Tell);
        await Task.WhenAll(Again(Send, stoppingToken), Again(Hear, stoppingToken));
    }

    private void Tell(TenantId tenant, long position)
    {
        if (IsNew(tenant, position)) hints.Writer.TryWrite(string.Create(CultureInfo.InvariantCulture, $"{position} {tenant.Value}"));
    }

    private async Task Send(CancellationToken cancel)
    {
        await foreach (var hint in hints.Reader.ReadAllAsync(cancel))
        {
            if (line.IsOpen) await line.Connection.PublishAsync(Subjects.Wake, hint, cancellationToken: cancel);
        }
    }

    private async Task Hear(CancellationToken cancel)
    {
        line.DemandOpen();
        await foreach (var message in line.Connection.SubscribeAsync<string>(Subjects.Wake, cancellationToken: cancel))
        {
            if (Parse(message.Data) is not { } hint || !IsNew(hint.Tenant, hint.Position)) continue;
            signal.Raise(hint.Tenant, hint.Position);
        }
    }

    /// <summary>True once for each position, and for none below it.</summary>
    private bool IsNew(TenantId tenant, long position)
    {
        while (true)
        {
            var last = known.GetOrAdd(tenant, 0);
            if (position <= last) return false;
            if (known.TryUpdate(tenant, position, last)) return true;
        }
    }

    internal static (TenantId Tenant, long Position)? Parse(string? hint)
    {
        var at = hint?.IndexOf(' ', StringComparison.Ordinal) ?? -1;
        if (hint is null || at < 1) return null;
        return long.TryParse(hint.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            && ChosenId.IsValid(hint[(at + 1)..])
            ? (new TenantId(hint[(at + 1)..]), position) : null;
    }

    private async Task Again(Func<CancellationToken, Task> work, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await work(stopping);
            }
            catch (NatsException cause)
            {
                Log.Failed(logger, FailureName.CauseOf(cause));
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(Retry, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Wake-ups between nodes rest ({Cause}); trying again")]
        public static partial void Failed(ILogger logger, string cause);
    }
}
