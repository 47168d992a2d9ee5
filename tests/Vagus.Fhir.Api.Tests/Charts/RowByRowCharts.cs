using Microsoft.Extensions.DependencyInjection;
using Vagus.Care.Charts;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Charts;

/// <summary>
/// The charts' consumer, which is given each batch again and again before it takes it: each row of it fails in turn, and then the commit.
/// </summary>
internal sealed class RowByRowCharts(LogConsumer inner, GroupCommit commit) : LogConsumer
{
    private const string Undone = "All is written and nothing is committed.";
    private int failed;
    private volatile bool fails;

    /// <summary>How many rows have failed.</summary>
    public int Failed => failed;

    public override string Name => inner.Name;

    public override IReadOnlySet<string>? Types => inner.Types;

    public static void Replace(IServiceCollection services)
    {
        services.Remove(services.Single(each => each.ImplementationType == typeof(KeepCharts)));
        services.AddSingleton(provider => new RowByRowCharts(
            ActivatorUtilities.CreateInstance<KeepCharts>(provider), provider.GetRequiredService<GroupCommit>()));
        services.AddSingleton<LogConsumer>(provider => provider.GetRequiredService<RowByRowCharts>());
    }

    public async Task Begin()
    {
        await FaultyRows.Install(commit, "chart_set", "chart_fact", "chart_event");
        fails = true;
    }

    public override async ValueTask Deliver(IReadOnlyList<LoggedEvent> events, CancellationToken cancel)
    {
        if (!fails) return;
        for (var stop = 1; await FailsAt(events, stop, cancel); stop++) Interlocked.Increment(ref failed);
    }

    public override ValueTask Apply(IReadOnlyList<LoggedEvent> events, WriteTransaction write, CancellationToken cancel) =>
        inner.Apply(events, write, cancel);

    /// <summary>False where it has no such row: all of it was written, and undone.</summary>
    private async Task<bool> FailsAt(IReadOnlyList<LoggedEvent> events, int stop, CancellationToken cancel)
    {
        try
        {
            await commit.Write<bool>(
                events[0].Tenant,
                async (write, inside) =>
                {
                    await FaultyRows.Arm(write, stop, inside);
                    await inner.Apply(events, write, inside);
                    await FaultyRows.Disarm(write, inside);
                    throw new InvalidOperationException(Undone);
                },
                cancel);
            return true;
        }
        catch (InvalidOperationException undone) when (undone.Message == Undone)
        {
            return false;
        }
        catch (Exception fault) when (fault.Message.Contains("on purpose", StringComparison.Ordinal))
        {
            return true;
        }
    }
}
