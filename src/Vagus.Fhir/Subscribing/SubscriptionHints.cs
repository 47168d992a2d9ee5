using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// Tells those who hold sockets of subscriptions in this process that events were counted: at once where this process counted them, within
/// a second where another one did. A hint is only a hint; what there is to tell, the rows say.
/// </summary>
internal sealed partial class SubscriptionHints(Database database, TimeProvider clock, ILogger<SubscriptionHints> logger)
    : BackgroundService
{
    private const int AtOnce = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly Dictionary<(TenantId Tenant, string Id), List<Watching>> watched = [];
    private readonly Lock gate = new();

    /// <summary>Calls back at each hint until it is disposed of. The callback returns at once and does not throw.</summary>
    public IDisposable Watch(TenantId tenant, string id, Action hint)
    {
        var watching = new Watching(this, (tenant, id), hint);
        lock (gate)
        {
            if (!watched.TryGetValue(watching.Key, out var all)) watched.Add(watching.Key, all = []);
            all.Add(watching);
        }

        return watching;
    }

    public void Raise(TenantId tenant, string id)
    {
        foreach (var each in Of((tenant, id))) each.Hint();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Recurring.Run(
        Interval, clock, Look, cause => Log.Failed(logger, FailureName.Of(cause)), stoppingToken);

    private async ValueTask Look(CancellationToken cancel)
    {
        (TenantId Tenant, string Id)[] keys;
        lock (gate) keys = [.. watched.Keys];
        foreach (var tenant in keys.GroupBy(key => key.Tenant))
        {
            foreach (var ids in tenant.Select(key => key.Id).Chunk(AtOnce))
            {
                var states = await database.Query(
                    States, [tenant.Key.Value, JsonSerializer.Serialize(ids)],
                    row => (Id: row.GetString(0), State: (row.GetInt64(1), row.GetInt64(2))), cancel);
                foreach (var (id, state) in states)
                    foreach (var each in Of((tenant.Key, id))) each.See(state);
            }
        }
    }

    private Watching[] Of((TenantId Tenant, string Id) key)
    {
        lock (gate) return watched.TryGetValue(key, out var all) ? [.. all] : [];
    }

    private void Leave(Watching watching)
    {
        lock (gate)
        {
            if (!watched.TryGetValue(watching.Key, out var all)) return;
            all.Remove(watching);
            if (all.Count == 0) watched.Remove(watching.Key);
        }
    }

    private sealed class Watching(SubscriptionHints hints, (TenantId Tenant, string Id) key, Action hint) : IDisposable
    {
        private (long Events, long Position) seen;

        public (TenantId Tenant, string Id) Key => key;

        public void Hint() => hint();

        /// <summary>Events were counted, or the subscription was changed, since it was last looked at.</summary>
        public void See((long Events, long Position) state)
        {
            if (seen == state) return;
            seen = state;
            hint();
        }

        public void Dispose() => hints.Leave(this);
    }

    private static readonly Statement States = ListSql.With(list => $"""
        select subscription_id, events, position
        from subscription_state
        where tenant_id = @tenant_id
          and subscription_id in ({list("ids")})
        """);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Subscriptions with sockets could not be looked at ({Cause}); trying again")]
        public static partial void Failed(ILogger logger, string cause);
    }
}
