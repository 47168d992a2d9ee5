using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage.Consuming;

namespace Vagus.Care.Charts;

/// <summary>
/// Goes on with rebuilds that were begun (by the first events of a tenant whose log no longer has its beginning, or by a command that was
/// broken off) and removes the sets that were replaced.
/// </summary>
internal sealed partial class FinishCharts(RebuildCharts rebuild, ILogger<FinishCharts> logger) : LeasedDuty
{
    public override string Name => "charts-rebuild";

    public override TimeSpan Interval { get; } = TimeSpan.FromSeconds(5);

    public override async ValueTask Turn(CancellationToken cancel)
    {
        foreach (var tenant in await rebuild.Unfinished(cancel)) await Finish(tenant, cancel);
    }

    private async ValueTask Finish(TenantId tenant, CancellationToken cancel)
    {
        try
        {
            while (await Build(tenant, cancel))
            {
            }

            while (await rebuild.Sweep(tenant, cancel) is { IsRefused: false, Value: true })
            {
            }
        }
        catch (Exception cause) when (!cancel.IsCancellationRequested)
        {
            // The top of one tenant's turn: it must not hold up the others, and comes again.
            Log.Failed(logger, tenant.Value, FailureName.Of(cause));
        }
    }

    /// <summary>True while there is more to build.</summary>
    private async ValueTask<bool> Build(TenantId tenant, CancellationToken cancel)
    {
        var step = await rebuild.Step(tenant, cancel);
        if (step.IsRefused || step.Value is not { } progress) return false;
        if (progress.IsServed) Log.Served(logger, tenant.Value, progress.Position);
        return !progress.IsServed;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Tenant {Tenant}: charts were built anew up to position {Position} and are served")]
        public static partial void Served(ILogger logger, string tenant, long position);

        [LoggerMessage(2, LogLevel.Error, "Tenant {Tenant}: charts could not be built anew ({Cause}); it is tried again")]
        public static partial void Failed(ILogger logger, string tenant, string cause);
    }
}
