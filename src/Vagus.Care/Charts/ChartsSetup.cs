using Microsoft.Extensions.DependencyInjection;
using Vagus.Storage;
using Vagus.Storage.Writing;

namespace Vagus.Care.Charts;

/// <summary>What the charts need of the host.</summary>
internal static class ChartsSetup
{
    public static void AddCharts(this IServiceCollection services)
    {
        services.AddMigrations([ChartTables.Step]);
        services.AddMovedTables(ChartTables.Moved);
        services.AddSingleton(ChartTables.Sets);
        services.AddSingleton<ChartWriter>();
        services.AddSingleton(provider => new RebuildCharts(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<GroupCommit>(),
            provider.GetRequiredService<ChartWriter>()));
        services.AddSingleton<ChartDoor>();
        services.AddSingleton<ChangesOfLog>();
        services.AddSingleton<KnownCharts>();
        services.AddSingleton<ChartStatements>();
        services.AddSingleton<ReadChart>();
        services.AddSingleton<ChartPages>();
        services.AddSingleton<ReadChartAudit>();
        services.AddSingleton<ViewResult>();
    }

    public static void RunCharts(this IServiceCollection services)
    {
        services.AddLogConsumer<KeepCharts>();
        services.AddLeasedDuty<FinishCharts>();
    }
}
