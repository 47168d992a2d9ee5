using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Access.Tenants;
using Vagus.Kernel;
using Vagus.Messaging.Triage;

namespace Vagus.Messaging.Searching;

/// <summary>
/// Makes the indexes of the tenants that allow a search when the node starts, and keeps them near the end of the log; what a tenant does
/// not allow any more leaves the memory. Each node has its own.
/// </summary>
internal sealed partial class KeepSearchReady(
    SearchTexts texts, MessagingPolicies policies, TenantSettings settings, TimeProvider clock, ILogger<KeepSearchReady> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>One turn over all tenants.</summary>
    public async ValueTask Turn(CancellationToken cancel)
    {
        HashSet<TenantId> allowed = [];
        foreach (var tenant in await settings.TenantsWith(MessagingPolicy.Setting, cancel))
        {
            if ((await policies.Of(tenant, cancel)).AllowsSearch) allowed.Add(tenant);
        }

        foreach (var tenant in texts.Followed.Except(allowed)) texts.Forget(tenant);
        foreach (var tenant in allowed) await Prepare(tenant, cancel);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        await First(stoppingToken);
        await Recurring.Run(Interval, clock, Turn, cause => Log.Failed(logger, "all", FailureName.Of(cause)), stoppingToken);
    }

    private async ValueTask First(CancellationToken stopping)
    {
        try
        {
            await Turn(stopping);
        }
        catch (Exception cause) when (!stopping.IsCancellationRequested)
        {
            Log.Failed(logger, "all", FailureName.Of(cause));
        }
    }

    private async ValueTask Prepare(TenantId tenant, CancellationToken cancel)
    {
        try
        {
            if (await texts.MakeCurrent(tenant, cancel) is { } refusal) Log.Refused(logger, tenant.Value, refusal.Code);
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            // The top of one tenant's turn: it must not hold up the others, and comes again.
            Log.Failed(logger, tenant.Value, FailureName.Of(cause));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(7305, LogLevel.Warning, "Tenant {Tenant}: the search index could not be made ({Cause}) and is tried again")]
        public static partial void Failed(ILogger logger, string tenant, string cause);

        [LoggerMessage(7306, LogLevel.Warning, "Tenant {Tenant}: texts cannot be searched ({Code})")]
        public static partial void Refused(ILogger logger, string tenant, string code);
    }
}
