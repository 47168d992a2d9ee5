using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Retention;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

public abstract class ConsumerTests(Engine engine)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TenantId North = new("north");
    private static readonly TenantId South = new("south");

    private static readonly ConsumerOptions Quick = new()
    {
        Beat = TimeSpan.FromMilliseconds(20),
        Lease = TimeSpan.FromMilliseconds(500),
        LookOver = TimeSpan.FromMilliseconds(50),
        FirstPause = TimeSpan.FromMilliseconds(2),
        EventsPerBatch = 7,
        Attempts = 3,
    };

    [Fact]
    public async Task Every_event_is_taken_once_and_a_tenant_that_is_new_is_found()
    {
        var charts = new TestConsumer("charts");
        await using var storage = await Create([charts]);
        await Append(storage, North, 1, 40);
        await using var host = await Run(storage);

        await Append(storage, North, 41, 50);
        await Append(storage, South, 1, 20);

        await Becomes(storage, charts, North, 50);
        await Becomes(storage, charts, South, 20);
        Assert.Equal(Ids(1, 50), await charts.Taken(storage, North));
        Assert.Equal(Ids(1, 20), await charts.Taken(storage, South));
        Assert.Equal(50, await storage.Get<Cursors>().Read(North, "charts", default));
    }

    [Fact]
    public async Task Events_that_do_not_concern_it_are_passed_over_without_a_commit()
    {
        var charts = new TestConsumer("charts") { Concerns = @event => @event.Position == 30 };
        await using var storage = await Create([charts]);
        await Append(storage, North, 1, 29);
        // The first cursor of a tenant is written at once.
        await storage.Commit.Write<bool>(North, async (write, cancel) => await Cursors.Move(write, "charts", 1, cancel), default);
        await using var host = await Run(storage);
        await Append(storage, North, 30, 30);

        await Becomes(() => Task.FromResult(charts.Commits > 0));

        Assert.Equal(1, charts.Commits);
        Assert.Contains(Ids(30, 30).Single(), await charts.Taken(storage, North));
        Assert.Equal(30, await storage.Get<Cursors>().Read(North, "charts", default));
        Assert.True((await charts.Taken(storage, North)).Count <= Quick.EventsPerBatch);
    }

    [Fact]
    public async Task Events_are_read_by_their_positions()
    {
        await using var storage = await Create([]);
        await Append(storage, North, 1, 20);
        await Append(storage, South, 1, 20);

        var read = await storage.Get<EventLog>().At(North, [17, 3, 99], default);

        Assert.Equal([3L, 17L], read.Select(each => each.Position));
        Assert.All(read, each => Assert.Equal(North, each.Tenant));
        Assert.Empty(await storage.Get<EventLog>().At(North, [], default));
    }

    [Fact]
    public async Task After_a_restart_it_goes_on_where_its_state_stands()
    {
        var charts = new TestConsumer("charts");
        await using var storage = await Create([charts]);
        await using (var first = await Run(storage))
        {
            await Append(storage, North, 1, 10);
            await Becomes(storage, charts, North, 10);
        }

        await storage.Reopen();
        await Append(storage, North, 11, 20);
        await using var second = await Run(storage);

        await Becomes(storage, charts, North, 20);
        Assert.Equal(Ids(1, 20), await charts.Taken(storage, North));
    }

    [Fact]
    public async Task Positions_that_a_restore_left_out_are_passed_over()
    {
        const long restored = 30_000_000_000_000;
        var charts = new TestConsumer("charts");
        await using var storage = await Create([charts], Quick with { StoreCursors = TimeSpan.FromMilliseconds(50) });
        await Append(storage, North, 1, 10);
        await storage.Commit.Write<bool>(
            North,
            async (write, cancel) =>
            {
                await write.Queue(MoveHead, [restored], cancel);
                return true;
            },
            default);
        await using var host = await Run(storage);

        await Becomes(async () => await storage.Get<Cursors>().Read(North, "charts", default) == restored);
        await Append(storage, North, 11, 12);

        await Becomes(storage, charts, North, 12);
        Assert.Equal(Ids(1, 12), await charts.Taken(storage, North));
    }

    [Fact]
    public async Task It_is_given_the_types_that_it_names_and_its_cursor_passes_over_the_others()
    {
        var alerts = new TestConsumer("alerts") { Only = new HashSet<string>(["alert.raised"], StringComparer.Ordinal) };
        await using var storage = await Create([alerts], Quick with { StoreCursors = TimeSpan.FromMilliseconds(50) });
        await using var host = await Run(storage);

        await Append(storage, North, 1, 30);
        await Append(storage, North, 31, 31, "alert.raised");
        await Append(storage, North, 32, 60);

        await Becomes(storage, alerts, North, 1);
        Assert.Equal(["e031"], await alerts.Taken(storage, North));
        await Becomes(async () => await storage.Get<Cursors>().Read(North, "alerts", default) == 60);
    }

    [Fact]
    public async Task A_failure_is_told_and_tried_again_and_holds_up_no_other_consumer_or_tenant()
    {
        using var log = new RecordedLog();
        var (broken, healthy) = (new TestConsumer("broken"), new TestConsumer("healthy"));
        broken.OnApply = @event =>
        {
            if (@event.Tenant == North) throw new HttpRequestException("On purpose.");
        };
        await using var storage = await Create([broken, healthy], log: log);
        await using var host = await Run(storage);

        await Append(storage, North, 1, 10);
        await Append(storage, South, 1, 10);
        await Becomes(storage, healthy, North, 10);
        await Becomes(storage, broken, South, 10);
        await log.Line("Consumer broken, tenant north: cannot go on (HttpRequestException), failure 5");
        Assert.Empty(await storage.Get<ParkedEvents>().List(default));
        broken.OnApply = _ => { };

        await Becomes(storage, broken, North, 10);
        Assert.Equal(Ids(1, 10), await broken.Taken(storage, North));
    }

    [Fact]
    public async Task A_poison_event_is_parked_and_told_and_the_events_around_it_are_taken()
    {
        using var log = new RecordedLog();
        var charts = Poisoned("e005");
        await using var storage = await Create([charts], log: log);
        using var figures = new Figures(storage);
        await using var host = await Run(storage);

        await Append(storage, North, 1, 12);

        await Becomes(storage, charts, North, 11);
        Assert.Equal(Ids(1, 12).Where(id => id != "e005"), await charts.Taken(storage, North));
        var parked = Assert.Single(await storage.Get<ParkedEvents>().List(default));
        Assert.Equal((North, "charts", 5L, "e005"), (parked.Tenant, parked.Consumer, parked.Position, parked.EventId));
        Assert.Equal(("InvalidDataException", 3L), (parked.Error, parked.Attempts));
        Assert.Contains("e005 at 5 is parked (InvalidDataException)", await log.Line("is parked"), StringComparison.Ordinal);
        Assert.Equal([1d], figures.Of("vagus.storage.consumer.parkings"));
        await Becomes(() => Task.FromResult(figures.Now("vagus.storage.consumer.parked").Contains((1, "consumer=charts"))));
        Assert.DoesNotContain(log.Lines, line => line.Contains("On purpose", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_parked_event_is_retried_at_an_operators_wish_and_stays_parked_while_it_fails()
    {
        using var log = new RecordedLog();
        var charts = Poisoned("e002");
        await using var storage = await Create([charts], log: log);
        await using var host = await Run(storage);
        await Append(storage, North, 1, 3);
        await log.Line("is parked");
        var key = new ParkedKey(North, "charts", 2);

        Assert.Equal(key, (await storage.Get<ParkedEvents>().Retry(key, default)).Value);
        await log.Line("the parked event at 2 failed again");
        await Becomes(async () => (await storage.Get<ParkedEvents>().List(default)) is [{ IsRetryWanted: false, Attempts: 4 }]);
        charts.OnApply = _ => { };
        await storage.Get<ParkedEvents>().Retry(key, default);

        await Becomes(storage, charts, North, 3);
        Assert.Empty(await storage.Get<ParkedEvents>().List(default));
        Assert.Equal("not_parked", (await storage.Get<ParkedEvents>().Retry(key, default)).Refusal?.Code);
    }

    [Fact]
    public async Task A_parked_event_is_tried_once_for_a_wish_however_long_that_takes()
    {
        using var log = new RecordedLog();
        var charts = Poisoned("e002");
        await using var storage = await Create([charts], log: log);
        using var figures = new Figures(storage);
        await using var host = await Run(storage);
        await Append(storage, North, 1, 4);
        await Becomes(storage, charts, North, 3);
        var (tries, goOn) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        charts.OnDeliver = async (events, _) =>
        {
            if (events is not [{ EventId: "e002" }]) return;
            Interlocked.Increment(ref tries);
            await goOn.Task;
        };

        await storage.Get<ParkedEvents>().Retry(new ParkedKey(North, "charts", 2), default);
        await Becomes(() => Task.FromResult(Volatile.Read(ref tries) == 1));
        foreach (var (position, parked) in new[] { (3L, 2d), (4L, 3d) })
        {
            // A look over all tenants sees the wishes first and counts the parked events last.
            await storage.Commit.Write<int>(
                North, async (write, cancel) => await write.Execute(Park, [position, $"e00{position}"], cancel), default);
            await Becomes(() => Task.FromResult(figures.Now("vagus.storage.consumer.parked").Contains((parked, "consumer=charts"))));
        }

        goOn.SetResult();
        await log.Line("the parked event at 4 was taken");
        Assert.Equal(1, tries);
        Assert.Equal([(2L, 4L)], (await storage.Get<ParkedEvents>().List(default)).Select(each => (each.Position, each.Attempts)));
    }

    [Fact]
    public async Task A_parked_event_stays_in_the_log_until_it_is_dropped()
    {
        using var log = new RecordedLog();
        var charts = Poisoned("e002");
        await using var storage = await Create([charts], log: log, retention: TimeSpan.FromTicks(1));
        await using var host = await Run(storage);
        await Append(storage, North, 1, 4);
        await Becomes(storage, charts, North, 3);

        await storage.Get<RetentionSweep>().SweepOnce(default);
        Assert.Equal(2, (await storage.Log.Extent(North, default)).Oldest);
        await storage.Get<ParkedEvents>().Drop(new ParkedKey(North, "charts", 2), default);
        await storage.Get<RetentionSweep>().SweepOnce(default);

        Assert.Equal(5, (await storage.Log.Extent(North, default)).Oldest);
        Assert.Equal(["e001", "e003", "e004"], await charts.Taken(storage, North));
    }

    [Fact]
    public async Task A_delivery_that_hangs_is_broken_off_and_told()
    {
        using var log = new RecordedLog();
        var bus = new TestConsumer("bus") { OnDeliver = async (_, _) => await Task.Delay(Timeout.Infinite, CancellationToken.None) };
        await using var storage = await Create([bus], Quick with { BatchLimit = TimeSpan.FromMilliseconds(50) }, log: log);
        await using var host = await Run(storage);
        await Append(storage, North, 1, 1);
        await log.Line("Consumer bus, tenant north: 1 events from 1 on failed (TaskCanceledException), failure 1");
        bus.OnDeliver = (_, _) => ValueTask.CompletedTask;

        await Becomes(storage, bus, North, 1);
    }

    [Fact]
    public async Task A_consumer_that_skips_the_past_gets_what_comes_after_its_installation()
    {
        var mail = new TestConsumer("mail") { FromNow = true };
        await using var storage = await Create([mail]);
        await Append(storage, North, 1, 5);
        await using var host = await Run(storage);
        await Becomes(async () => await storage.Database.QueryOne(Leases, [], row => row.GetInt64(0), default) == 1);

        await Append(storage, North, 6, 8);
        await Append(storage, South, 1, 2);

        await Becomes(storage, mail, South, 2);
        await Becomes(storage, mail, North, 3);
        Assert.Equal(Ids(6, 8), await mail.Taken(storage, North));
    }

    [Fact]
    public async Task Under_a_lease_that_another_node_has_taken_no_cursor_moves()
    {
        await using var storage = await Create([]);
        await storage.Commit.Write<int>(North, async (write, cancel) => await write.Execute(Install, ["charts", 7L], cancel), default);
        async Task<bool> Move(long epoch, long from, long to) => (await storage.Commit.Write<bool>(
            North, async (write, cancel) => await Cursors.Move(write, new Lease("charts", epoch, 0), from, to, cancel), default)).Value;

        Assert.True(await Move(7, 0, 5));
        Assert.False(await Move(6, 5, 9));
        Assert.False(await Move(7, 0, 9));
        Assert.True(await Move(7, 5, 9));
        Assert.Equal(9, await storage.Get<Cursors>().Read(North, "charts", default));
    }

    private static TestConsumer Poisoned(string eventId) => new("charts")
    {
        OnApply = @event =>
        {
            if (@event.EventId == eventId) throw new InvalidDataException("On purpose.");
        },
    };

    private Task<TestStorage> Create(
        TestConsumer[] consumers, ConsumerOptions? options = null, RecordedLog? log = null, TimeSpan? retention = null) =>
        TestStorage.Create(
            engine,
            add: services =>
            {
                services.AddMigrations([TestConsumer.Table]);
                foreach (var consumer in consumers) services.AddSingleton<LogConsumer>(consumer);
                if (log is not null) services.AddLogging(logging => logging.AddProvider(log));
            },
            options: new StorageOptions { Consuming = options ?? Quick, EventRetention = retention ?? TimeSpan.FromDays(30) });

    private static async Task<RunningHost> Run(TestStorage storage)
    {
        var host = storage.Get<IEnumerable<IHostedService>>().OfType<ConsumerHost>().Single();
        await host.StartAsync(default);
        return new RunningHost(host);
    }

    private static async Task Append(TestStorage storage, TenantId tenant, int from, int to, string type = "resource.created")
    {
        for (var n = from; n <= to; n++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"e{n:000}");
            var written = await storage.Commit.Write<long>(
                tenant,
                async (write, cancel) => await write.Append(new NewEvent(id, type, Encoding.UTF8.GetBytes("{}")), cancel),
                default);
            Assert.False(written.IsRefused);
        }
    }

    private static IEnumerable<string> Ids(int from, int to) =>
        Enumerable.Range(from, to - from + 1).Select(n => string.Create(CultureInfo.InvariantCulture, $"e{n:000}"));

    private static Task Becomes(TestStorage storage, TestConsumer consumer, TenantId tenant, int count) =>
        Becomes(async () => (await consumer.Taken(storage, tenant)).Count >= count);

    private static async Task Becomes(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await isSo()) await Task.Delay(10, limit.Token);
    }

    private static readonly Statement MoveHead = new("update log_head set position = @position");

    private static readonly Statement Leases = new("select count(*) from consumer_lease where epoch > 0");

    private static readonly Statement Install = new("""
        insert into consumer_lease (consumer, node, epoch, installed_at)
        values (@consumer, 'this', @epoch, 0)
        """);

    private static readonly Statement Park = new("""
        insert into parked_event (tenant_id, consumer, position, event_id, error, attempts, parked_at, retry)
        values ('north', 'charts', @position, @event_id, '', 3, 0, true)
        """);

    private sealed class RunningHost(ConsumerHost host) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await host.StopAsync(default);
    }
}

public sealed class ConsumerOnSqlite() : ConsumerTests(Engine.Sqlite);

public sealed class ConsumerOnPostgres() : ConsumerTests(Engine.Postgres);
