using System.CommandLine;
using System.Globalization;
using Vagus.Care.Charts;
using Vagus.Kernel;

namespace Vagus.Server.Commands;

/// <summary><c>vagus charts rebuild</c>: builds the charts anew while servers serve the old ones.</summary>
internal static class ChartCommands
{
    public static Command Create(ServerSettings settings) => new("charts", "The charts that are made of the log.") { Rebuild(settings) };

    private static readonly Refusal NoSuchTenant = new(
        RefusalKind.NotFound, "not_found", "There is no such organization with a log.");

    private static Command Rebuild(ServerSettings settings)
    {
        var tenant = new Option<string?>("--tenant") { Description = "One organization; all of them without it." };
        var rebuild = new Command("rebuild", "Builds charts anew. A rebuild that was broken off goes on where it was.") { tenant };
        rebuild.SetAction((parsed, cancel) => OperatorScope.Run<int>(
            settings.Read(parsed),
            provider => All(
                provider.GetRequiredService<RebuildCharts>(), parsed.GetValue(tenant), parsed.InvocationConfiguration.Output, cancel),
            count => parsed.InvocationConfiguration.Output.WriteLine($"rebuilt: {count.ToString(CultureInfo.InvariantCulture)}"),
            cancel));
        return rebuild;
    }

    private static async ValueTask<Result<int>> All(RebuildCharts rebuild, string? only, TextWriter output, CancellationToken cancel)
    {
        var tenants = await rebuild.Tenants(cancel);
        if (only is not null) tenants.RemoveAll(tenant => tenant.Value != only);
        if (only is not null && tenants.Count == 0) return NoSuchTenant;
        foreach (var tenant in tenants)
        {
            if (await One(rebuild, tenant, output, cancel) is { } refused) return refused;
        }

        return tenants.Count;
    }

    private static string Line(TenantId tenant, ChartProgress progress) => string.Create(
        CultureInfo.InvariantCulture,
        $"{tenant} {progress.Position} of {progress.Of}{(progress.IsServed ? ", served" : "")}");

    private static async ValueTask<Refusal?> One(RebuildCharts rebuild, TenantId tenant, TextWriter output, CancellationToken cancel)
    {
        if (await rebuild.Begin(tenant, cancel) is { } refused) return refused;
        while (true)
        {
            var step = await rebuild.Step(tenant, cancel);
            if (step.Refusal is { } failed) return failed;
            // A running server may have finished it meanwhile.
            if (step.Value is not { } progress) break;
            await output.WriteLineAsync(Line(tenant, progress));
            if (progress.IsServed) break;
        }

        while (true)
        {
            var swept = await rebuild.Sweep(tenant, cancel);
            if (swept.Refusal is { } failed) return failed;
            if (!swept.Value) return null;
        }
    }
}
