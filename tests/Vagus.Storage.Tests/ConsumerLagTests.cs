using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>How far consumers are behind, those that nobody runs among them.</summary>
public abstract class ConsumerLagTests(Engine engine)
{
    private const string Lag = "vagus.storage.consumer.lag";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TenantId North = new("north");
    private static readonly TenantId South = new("south");

    [Fact]
    public async Task Where_log_and_consumer_stand_is_told_as_lag()
    {
        var charts = new TestConsumer("charts") { OnApply = _ => throw new HttpRequestException("On purpose.") };
        await using var storage = await Create(charts);
        using var figures = new Figures(storage);
        await using var host = await Run(storage);
        await Append(storage, North, 9);

        await Becomes(() => Task.FromResult(figures.Now(Lag).Contains((9, "consumer=charts"))));
        charts.OnApply = _ => { };
        await Becomes(() => Task.FromResult(figures.Now(Lag).Contains((0, "consumer=charts"))));
        Assert.DoesNotContain(figures.All(), figure => figure.Labels.Contains("north", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_consumer_that_nobody_runs_is_told_with_its_lag_also_in_a_tenant_without_a_cursor()
    {
        await using var storage = await Create(new TestConsumer("mail"));
        using var figures = new Figures(storage);
        await Append(storage, North, 5);
        await Append(storage, South, 3);
        await storage.Commit.Write<bool>(North, async (write, cancel) => await Cursors.Move(write, "charts", 4, cancel), default);
        await storage.Commit.Write<int>(North, async (write, cancel) => await write.Execute(Leave, ["charts"], cancel), default);
        await storage.Commit.Write<int>(North, async (write, cancel) => await write.Execute(Leave, ["sweep"], cancel), default);
        await using var host = await Run(storage);

        await Becomes(() => Task.FromResult(figures.Now(Lag).Contains((3, "consumer=charts"))));
        Assert.DoesNotContain(figures.Now(Lag), each => each.Labels == "consumer=sweep");
    }

    [Fact]
    public async Task A_consumer_that_wants_nothing_of_a_tenant_has_a_cursor_there_soon()
    {
        await using var storage = await Create(
            new TestConsumer("mail") { Only = new HashSet<string>(StringComparer.Ordinal) { "claim.created" } });
        await using var host = await Run(storage);

        await Append(storage, North, 5);

        await Becomes(async () => await storage.Get<Cursors>().Read(North, "mail", default) > 0);
    }

    private Task<TestStorage> Create(TestConsumer consumer) => TestStorage.Create(
        engine,
        add: services =>
        {
            services.AddMigrations([TestConsumer.Table]);
            services.AddSingleton<LogConsumer>(consumer);
        },
        options: new StorageOptions
        {
            Consuming = new ConsumerOptions
            {
                Beat = TimeSpan.FromMilliseconds(20), Lease = TimeSpan.FromMilliseconds(500), LookOver = TimeSpan.FromMilliseconds(50),
                FirstPause = TimeSpan.FromMilliseconds(2), Attempts = 3, StoreCursors = TimeSpan.FromHours(1),
            },
        });

    private static async Task<IAsyncDisposable> Run(TestStorage storage)
    {
        var host = storage.Get<IEnumerable<IHostedService>>().OfType<ConsumerHost>().Single();
        await host.StartAsync(default);
        return new RunningHost(host);
    }

    private static async Task Append(TestStorage storage, TenantId tenant, int count)
    {
        for (var n = 1; n <= count; n++)
        {
            var draft = new NewEvent(string.Create(CultureInfo.InvariantCulture, $"e{n}"), "resource.created", Encoding.UTF8.GetBytes("{}"));
            Assert.False((await storage.Commit.Write<long>(
                tenant, async (write, cancel) => await write.Append(draft, cancel), default)).IsRefused);
        }
    }

    private static async Task Becomes(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await isSo()) await Task.Delay(10, limit.Token);
    }

    private static readonly Statement Leave = new("""
        insert into consumer_lease (consumer, node, epoch, installed_at)
        values (@consumer, '', 3, 0)
        """);

    private sealed class RunningHost(ConsumerHost host) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await host.StopAsync(default);
    }
}

public sealed class ConsumerLagOnSqlite() : ConsumerLagTests(Engine.Sqlite);

public sealed class ConsumerLagOnPostgres() : ConsumerLagTests(Engine.Postgres);
