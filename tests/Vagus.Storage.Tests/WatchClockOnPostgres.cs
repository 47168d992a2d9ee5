using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

public sealed class WatchClockOnPostgres
{
    private const string Ahead = "vagus.storage.clock.ahead";

    [Fact]
    public async Task A_clock_that_is_an_hour_ahead_of_the_databases_is_told_once_until_it_is_right()
    {
        var clock = new ShiftedClock();
        using var log = new RecordedLog();
        await using var storage = await TestStorage.Create(
            Engine.Postgres, clock, services => services.AddLogging(logging => logging.AddProvider(log)));
        using var figures = new Figures(storage);
        var watch = storage.Get<IEnumerable<IHostedService>>().OfType<WatchClock>().Single();

        Assert.Empty(figures.Now(Ahead));
        await watch.LookOnce(default);
        Assert.InRange(Assert.Single(figures.Now(Ahead)).Value, -30, 30);
        Assert.DoesNotContain(log.Lines, line => line.Contains("ahead of the database", StringComparison.Ordinal));

        foreach (var by in new[] { TimeSpan.FromHours(1), TimeSpan.FromHours(1), TimeSpan.Zero, TimeSpan.FromHours(-1) })
        {
            clock.By = by;
            await watch.LookOnce(default);
            Assert.InRange(Assert.Single(figures.Now(Ahead)).Value, by.TotalSeconds - 30, by.TotalSeconds + 30);
        }

        Assert.Equal(2, log.Lines.Count(line => line.Contains("ahead of the database", StringComparison.Ordinal)));
        Assert.Single(log.Lines, line => line.Contains("agree again", StringComparison.Ordinal));
    }

    private sealed class ShiftedClock : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + By;
    }
}
