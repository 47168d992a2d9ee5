using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Retention;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

public abstract class RetentionTests(Engine engine)
{
    private static readonly TenantId North = new("north");
    private static readonly TenantId South = new("south");

    [Fact]
    public async Task Old_events_go_and_a_cursor_before_the_oldest_is_told_of_a_gap()
    {
        var clock = new TestClock();
        await using var storage = await TestStorage.Create(
            engine, clock, options: new StorageOptions { EventRetention = TimeSpan.FromDays(30) });
        for (var n = 1; n <= 3; n++) await Append(storage, North);
        clock.Advance(TimeSpan.FromDays(31));
        await Append(storage, North);

        var removed = await storage.Get<RetentionSweep>().SweepOnce(default);

        var extent = await storage.Log.Extent(North, default);
        Assert.Equal(3, removed);
        Assert.Equal(new LogExtent(4, 4), extent);
        Assert.Equal([4L], (await storage.Log.Read(North, 0, 10, default)).Select(e => e.Position));
        Assert.True(extent.Holds(3));
        Assert.False(extent.Holds(2));
    }

    [Fact]
    public async Task Positions_go_on_after_everything_was_removed()
    {
        var clock = new TestClock();
        await using var storage = await TestStorage.Create(engine, clock);
        for (var n = 1; n <= 5; n++) await Append(storage, North);
        clock.Advance(TimeSpan.FromDays(60));

        await storage.Get<RetentionSweep>().SweepOnce(default);
        var next = await Append(storage, North);

        Assert.Equal(6, next);
        Assert.Equal(new LogExtent(6, 6), await storage.Log.Extent(North, default));
    }

    [Fact]
    public async Task What_a_durable_consumer_has_not_read_stays()
    {
        var clock = new TestClock();
        await using var storage = await TestStorage.Create(engine, clock);
        for (var n = 1; n <= 5; n++) await Append(storage, North);
        await storage.Commit.Write<bool>(North, async (write, cancel) => await Cursors.Move(write, "charts", 2, cancel), default);
        await Alter(storage, Install);
        clock.Advance(TimeSpan.FromDays(60));

        await storage.Get<RetentionSweep>().SweepOnce(default);

        Assert.Equal([3L, 4L, 5L], (await storage.Log.Read(North, 0, 10, default)).Select(e => e.Position));
    }

    [Fact]
    public async Task What_a_consumer_has_not_begun_to_read_stays_whole()
    {
        var clock = new TestClock();
        await using var storage = await TestStorage.Create(engine, clock);
        for (var n = 1; n <= 5; n++) await Append(storage, North);
        await Append(storage, South);
        await Alter(storage, Install);
        await storage.Commit.Write<bool>(South, async (write, cancel) => await Cursors.Move(write, "charts", 1, cancel), default);
        await storage.Commit.Write<bool>(South, async (write, cancel) => await Cursors.Move(write, "mail", 1, cancel), default);
        await storage.Commit.Write<bool>(North, async (write, cancel) => await Cursors.Move(write, "mail", 5, cancel), default);
        clock.Advance(TimeSpan.FromDays(60));

        await storage.Get<RetentionSweep>().SweepOnce(default);
        var before = (await storage.Log.Read(North, 0, 10, default)).Count;
        await storage.Commit.Write<bool>(North, async (write, cancel) => await Cursors.Move(write, "charts", 5, cancel), default);
        await storage.Get<RetentionSweep>().SweepOnce(default);

        Assert.Equal(5, before);
        Assert.Empty(await storage.Log.Read(North, 0, 10, default));
        Assert.Empty(await storage.Log.Read(South, 0, 10, default));
    }

    [Fact]
    public async Task A_cursor_that_a_tenant_brought_from_another_installation_holds_no_log()
    {
        var clock = new TestClock();
        await using var storage = await TestStorage.Create(engine, clock);
        await Append(storage, North);
        for (var n = 1; n <= 3; n++) await Append(storage, South);
        await storage.Commit.Write<bool>(South, async (write, cancel) => await Cursors.Move(write, "nats", 1, cancel), default);
        clock.Advance(TimeSpan.FromDays(60));

        await storage.Get<RetentionSweep>().SweepOnce(default);

        Assert.Empty(await storage.Log.Read(North, 0, 10, default));
        Assert.Empty(await storage.Log.Read(South, 0, 10, default));
    }

    [Fact]
    public async Task What_a_consumer_that_was_installed_and_has_never_run_would_read_stays()
    {
        var clock = new TestClock();
        await using var storage = await TestStorage.Create(
            engine, clock, services => services.AddSingleton<LogConsumer>(new TestConsumer("charts")));
        await Append(storage, North);
        await Alter(storage, Install);
        clock.Advance(TimeSpan.FromDays(60));

        await storage.Get<RetentionSweep>().SweepOnce(default);

        Assert.Single(await storage.Log.Read(North, 0, 10, default));
    }

    [Fact]
    public async Task A_sweep_touches_no_other_tenant_and_no_young_event()
    {
        var clock = new TestClock();
        await using var storage = await TestStorage.Create(engine, clock);
        await Append(storage, North);
        clock.Advance(TimeSpan.FromDays(29));
        await Append(storage, South);
        clock.Advance(TimeSpan.FromDays(2));

        var removed = await storage.Get<RetentionSweep>().SweepOnce(default);

        Assert.Equal(1, removed);
        Assert.Empty(await storage.Log.Read(North, 0, 10, default));
        Assert.Single(await storage.Log.Read(South, 0, 10, default));
    }

    [Fact]
    public async Task More_than_one_write_can_remove_goes_in_several()
    {
        var clock = new TestClock();
        await using var storage = await TestStorage.Create(engine, clock);
        await storage.Commit.Write<long>(
            North,
            async (write, cancel) =>
            {
                for (var n = 0; n < 2500; n++) await write.Append(Draft(n), cancel);
                return 0;
            },
            default);
        clock.Advance(TimeSpan.FromDays(60));

        var removed = await storage.Get<RetentionSweep>().SweepOnce(default);

        Assert.Equal(2500, removed);
        Assert.Equal(new LogExtent(2501, 2500), await storage.Log.Extent(North, default));
    }

    [Fact]
    public async Task A_sweep_that_fails_is_logged_and_the_next_one_goes_on()
    {
        var clock = new TestClock();
        using var log = new RecordedLog();
        await using var storage = await TestStorage.Create(
            engine, clock, services => services.AddLogging(logging => logging.AddProvider(log)),
                new StorageOptions { SweepInterval = TimeSpan.FromMilliseconds(20) });
        await Append(storage, North);
        clock.Advance(TimeSpan.FromDays(60));
        await Alter(storage, HideHeads);
        var sweep = storage.Get<RetentionSweep>();
        await sweep.StartAsync(default);
        await log.Line("The retention sweep failed");

        await Alter(storage, ShowHeads);
        await log.Line("Retention removed 1 events");

        Assert.False(sweep.ExecuteTask!.IsCompleted);
        await sweep.StopAsync(default);
    }

    private static async Task Alter(TestStorage storage, Statement statement) =>
        Assert.False(
            (await storage.Commit.Write<long>(
            North, async (write, cancel) => await write.Execute(statement, [], cancel), default)).IsRefused);

    private static async Task<long> Append(TestStorage storage, TenantId tenant) =>
        (await storage.Commit.Write<long>(tenant, async (write, cancel) => await write.Append(Draft(0), cancel), default)).Value;

    private static NewEvent Draft(int n) => new($"e{n}", "resource.created", Encoding.UTF8.GetBytes("{}"));

    private static readonly Statement Install = new("""
        insert into consumer_lease (consumer, node, epoch, installed_at)
        values ('charts', '', 0, 0), ('mail', '', 0, 0)
        """);

    private static readonly Statement HideHeads = new("alter table log_head rename to log_head_hidden");

    private static readonly Statement ShowHeads = new("alter table log_head_hidden rename to log_head");
}

public sealed class RetentionOnSqlite() : RetentionTests(Engine.Sqlite);

public sealed class RetentionOnPostgres() : RetentionTests(Engine.Postgres);
