using Microsoft.Extensions.DependencyInjection;
using Vagus.Care.Charts;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Api.Tests.Charts;

/// <summary>The charts' consumer, which takes nothing until it is told to: as on a database from before there were charts.</summary>
internal sealed class HeldCharts(LogConsumer inner) : LogConsumer
{
    private volatile bool goesOn;

    public override string Name => inner.Name;

    public override IReadOnlySet<string>? Types => inner.Types;

    public static void Replace(IServiceCollection services)
    {
        services.Remove(services.Single(each => each.ImplementationType == typeof(KeepCharts)));
        services.AddSingleton(provider => new HeldCharts(ActivatorUtilities.CreateInstance<KeepCharts>(provider)));
        services.AddSingleton<LogConsumer>(provider => provider.GetRequiredService<HeldCharts>());
    }

    public void GoOn() => goesOn = true;

    public void Hold() => goesOn = false;

    public override ValueTask Apply(IReadOnlyList<LoggedEvent> events, WriteTransaction write, CancellationToken cancel) =>
        goesOn ? inner.Apply(events, write, cancel) : throw new InvalidOperationException("It is held.");

    public override bool IsOutage(Exception cause) => true;
}
