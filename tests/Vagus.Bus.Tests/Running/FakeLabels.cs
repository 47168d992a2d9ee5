using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Visibility;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Bus.Tests.Running;

/// <summary>In the place of the room that keeps resources: labels that a test sets, by reference (<c>Patient/1</c>).</summary>
internal sealed class FakeLabels : IReadEventLabels
{
    public static void Add(IServiceCollection services) =>
        services.AddSingleton<FakeLabels>().AddSingleton<IReadEventLabels>(provider => provider.GetRequiredService<FakeLabels>());

    public ConcurrentDictionary<string, Sensitivity> Now { get; } = new(StringComparer.Ordinal);

    public ValueTask<IReadOnlyList<EventLabels>> Of(TenantId tenant, IReadOnlyList<LoggedEvent> rows, CancellationToken cancel) =>
        ValueTask.FromResult<IReadOnlyList<EventLabels>>([.. rows.Select(LabelsOf)]);

    private EventLabels LabelsOf(LoggedEvent row)
    {
        var own = Now.GetValueOrDefault(row.Resource?.Split("/_history/")[0] ?? "");
        var drawn = row.Draws.Aggregate(Sensitivity.None, (all, draw) => all | Now.GetValueOrDefault($"{draw.Type}/{draw.Id}"));
        return new EventLabels(row.Labels | own | drawn, own);
    }
}
