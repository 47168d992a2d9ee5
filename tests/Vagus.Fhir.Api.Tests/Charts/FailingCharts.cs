using Microsoft.Extensions.DependencyInjection;
using Vagus.Care.Charts;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Api.Tests.Charts;

/// <summary>
/// The charts' consumer, which is given events twice and fails: before a statement by chance, or when all is written and not committed.
/// </summary>
internal sealed class FailingCharts(LogConsumer inner, int seed) : LogConsumer
{
    private readonly Lock turn = new();
    private readonly Random random = new(seed);
    private int failed;
    private int repeated;

    public int Failed => failed;

    public int Repeated => repeated;

    public override string Name => inner.Name;

    public override IReadOnlySet<string>? Types => inner.Types;

    public static void Replace(IServiceCollection services, int seed)
    {
        services.Remove(services.Single(each => each.ImplementationType == typeof(KeepCharts)));
        services.AddSingleton(provider => new FailingCharts(ActivatorUtilities.CreateInstance<KeepCharts>(provider), seed));
        services.AddSingleton<LogConsumer>(provider => provider.GetRequiredService<FailingCharts>());
    }

    public override async ValueTask Apply(IReadOnlyList<LoggedEvent> events, WriteTransaction write, CancellationToken cancel)
    {
        var (fate, microseconds) = Next();
        if (fate is 0) Interlocked.Increment(ref failed);
        using var crash = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        // Before the next statement that is sent after so long.
        if (fate is 0) crash.CancelAfter(TimeSpan.FromMicroseconds(microseconds));
        await inner.Apply(events, write, crash.Token);
        if (fate is 0) throw new InvalidOperationException("All is written and nothing is committed.");
        if (fate is not 1) return;
        Interlocked.Increment(ref repeated);
        await inner.Apply(events, write, cancel);
    }

    public override bool IsOutage(Exception cause) => true;

    private (int Fate, int Microseconds) Next()
    {
        lock (turn) return (random.Next(5), random.Next(3000));
    }
}
