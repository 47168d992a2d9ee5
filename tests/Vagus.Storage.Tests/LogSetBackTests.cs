using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>PostgreSQL fails over to a standby that lacks the last commits, while the consumers run on.</summary>
public abstract class LogSetBackTests(Engine engine)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TenantId North = new("north");

    private static readonly ConsumerOptions Quick = new()
    {
        Beat = TimeSpan.FromMilliseconds(20),
        Lease = TimeSpan.FromMilliseconds(500),
        LookOver = TimeSpan.FromMilliseconds(50),
        FirstPause = TimeSpan.FromMilliseconds(2),
    };

    [Fact]
    public async Task New_events_at_the_positions_of_lost_ones_are_taken_by_a_consumer_that_had_passed_over_those()
    {
        using var log = new RecordedLog();
        var alerts = new TestConsumer("alerts") { Only = new HashSet<string>(["alert.raised"], StringComparer.Ordinal) };
        await using var storage = await Create(alerts, log);
        using var figures = new Figures(storage);
        var host = storage.Get<IEnumerable<IHostedService>>().OfType<ConsumerHost>().Single();
        await host.StartAsync(default);
        await Append(storage, "first", "alert.raised");
        await Becomes(async () => (await alerts.Taken(storage, North)).Count == 1);
        foreach (var id in (string[])["lost-2", "lost-3", "lost-4"]) await Append(storage, id, "resource.created");
        await Becomes(() => Task.FromResult(figures.Now("vagus.storage.consumer.lag").Contains((0d, "consumer=alerts"))));

        await SetBack(storage, to: 2);
        await log.Line("Consumer alerts, tenant north: it had read up to 4, and the log ends at 2");
        foreach (var id in (string[])["new-3", "new-4", "new-5"]) await Append(storage, id, "alert.raised");

        await Becomes(async () => (await alerts.Taken(storage, North)).Count >= 4);
        Assert.Equal(["first", "new-3", "new-4", "new-5"], await alerts.Taken(storage, North));
        Assert.Equal(5, await storage.Get<Cursors>().Read(North, "alerts", default));
        await host.StopAsync(default);
    }

    [Fact]
    public async Task A_cursor_that_stands_beyond_the_log_is_held_to_its_end()
    {
        using var log = new RecordedLog();
        var alerts = new TestConsumer("alerts");
        await using var storage = await Create(alerts, log);
        var host = storage.Get<IEnumerable<IHostedService>>().OfType<ConsumerHost>().Single();
        await host.StartAsync(default);
        foreach (var id in (string[])["first", "lost-2", "lost-3"]) await Append(storage, id, "alert.raised");
        await Becomes(async () => await storage.Get<Cursors>().Read(North, "alerts", default) == 3);

        await SetBack(storage, to: 1);
        await log.Line("it had read up to 3, and the log ends at 1");
        await Append(storage, "new-2", "alert.raised");

        await Becomes(async () => (await alerts.Taken(storage, North)).Contains("new-2"));
        Assert.Equal(2, await storage.Get<Cursors>().Read(North, "alerts", default));
        await host.StopAsync(default);
    }

    private Task<TestStorage> Create(TestConsumer consumer, RecordedLog log) => TestStorage.Create(
        engine,
        add: services =>
        {
            services.AddMigrations([TestConsumer.Table]);
            services.AddSingleton<LogConsumer>(consumer);
            services.AddLogging(logging => logging.AddProvider(log));
        },
        options: new StorageOptions { Consuming = Quick });

    private static async Task Append(TestStorage storage, string id, string type)
    {
        var written = await storage.Commit.Write<long>(
            North, async (write, cancel) => await write.Append(new NewEvent(id, type, Encoding.UTF8.GetBytes("{}")), cancel), default);
        Assert.False(written.IsRefused);
    }

    private static async Task SetBack(TestStorage storage, long to) => await storage.Commit.Write<bool>(
        North,
        async (write, cancel) =>
        {
            await write.Execute(Lose, [to], cancel);
            await write.Execute(MoveHead, [to], cancel);
            return true;
        },
        default);

    private static async Task Becomes(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await isSo()) await Task.Delay(10, limit.Token);
    }

    private static readonly Statement Lose = new("delete from event where position > @to");

    private static readonly Statement MoveHead = new("update log_head set position = @to");
}

public sealed class LogSetBackOnSqlite() : LogSetBackTests(Engine.Sqlite);

public sealed class LogSetBackOnPostgres() : LogSetBackTests(Engine.Postgres);
