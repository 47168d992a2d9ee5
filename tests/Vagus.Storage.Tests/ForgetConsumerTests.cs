using Microsoft.Extensions.DependencyInjection;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>What a removed consumer has left behind goes, and nothing of one that reads still.</summary>
public abstract class ForgetConsumerTests(Engine engine)
{
    private const string Former = "former";

    private static readonly ConsumerOptions Quick = new() { Beat = TimeSpan.FromMilliseconds(20), Lease = TimeSpan.FromMilliseconds(500) };

    [Fact]
    public async Task The_lease_and_the_cursors_of_all_tenants_go_and_those_of_others_stay()
    {
        await using var storage = await Create();
        await Reads(storage, Former);
        await Reads(storage, "charts");

        var forgotten = await storage.Get<ForgetConsumer>().Run(Former, default);

        Assert.Equal(new ForgottenConsumer(Former, 2), forgotten.Value);
        Assert.Equal((0, 0), (await Leases(storage, Former), await Cursors(storage, Former)));
        Assert.Equal((1, 2), (await Leases(storage, "charts"), await Cursors(storage, "charts")));
        Assert.Equal("no_consumer", (await storage.Get<ForgetConsumer>().Run(Former, default)).Refusal?.Code);
    }

    [Fact]
    public async Task One_that_a_living_node_has_stays_until_that_node_ends()
    {
        await using var storage = await Create();
        await Reads(storage, Former);
        using var files = new NodeFiles(storage.Options, storage.Clock);
        var other = new Leases(storage.Database, storage.Commit, files, Quick, storage.Clock, node: "other");
        other.Begin();
        await other.Beat(default);
        await other.Take((await other.Read([Former], default)).Single(), default);
        using var end = new CancellationTokenSource();
        var beating = Beat(other, end.Token);

        var refused = await storage.Get<ForgetConsumer>().Run(Former, default);
        await end.CancelAsync();
        await beating;
        files.Dispose();
        var left = (await Leases(storage, Former), await Cursors(storage, Former));
        var forgotten = await storage.Get<ForgetConsumer>().Run(Former, default);

        Assert.Equal("consumer_runs", refused.Refusal?.Code);
        Assert.Equal((1, 2), left);
        Assert.Equal(2, forgotten.Value.Tenants);
    }

    [Fact]
    public async Task One_of_this_release_and_one_with_parked_events_stay_whole()
    {
        await using var storage = await Create(services => services.AddLogConsumer<Present>());
        await Reads(storage, "present");
        await Reads(storage, Former);
        var park = new Statement("""
            insert into parked_event (tenant_id, consumer, position, event_id, error, attempts, parked_at, retry)
            values ('north', 'former', 1, 'e', 'x', 8, 1, false)
            """);
        await Write(storage, park);

        var present = await storage.Get<ForgetConsumer>().Run("present", default);
        var parked = await storage.Get<ForgetConsumer>().Run(Former, default);

        Assert.Equal(("consumer_installed", "events_parked"), (present.Refusal?.Code, parked.Refusal?.Code));
        foreach (var name in (string[])["present", Former])
            Assert.Equal((1, 2), (await Leases(storage, name), await Cursors(storage, name)));
        await storage.Get<ParkedEvents>().Drop(new ParkedKey(new TenantId("north"), Former, 1), default);
        Assert.Equal(2, (await storage.Get<ForgetConsumer>().Run(Former, default)).Value.Tenants);
    }

    private Task<TestStorage> Create(Action<IServiceCollection>? add = null) =>
        TestStorage.Create(engine, add: add, options: new StorageOptions { Consuming = Quick });

    /// <summary>The consumer has run, and has read from two tenants' logs.</summary>
    private static async Task Reads(TestStorage storage, string consumer)
    {
        await Write(
            storage, new Statement("insert into consumer_lease (consumer, node, epoch, installed_at) values (@consumer, '', 3, 1)"),
            consumer);
        foreach (var tenant in (string[])["north", "south"])
        {
            await Write(
                storage, new Statement("insert into log_cursor (tenant_id, consumer, position) values (@tenant_id, @consumer, 7)"), tenant,
                consumer);
        }
    }

    private static async Task Beat(Leases leases, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await leases.Beat(default);
            await Task.Delay(20, default(CancellationToken));
        }
    }

    private static async Task Write(TestStorage storage, Statement statement, params object?[] values) =>
        Assert.False((await storage.Commit.Write<int>(
            new TenantId("north"), async (write, cancel) => await write.Execute(statement, values, cancel), default)).IsRefused);

    private static async Task<long> Leases(TestStorage storage, string consumer) => await storage.Database.QueryOne(
        new Statement("select count(*) from consumer_lease where consumer = @consumer"), [consumer], row => row.GetInt64(0), default);

    private static async Task<long> Cursors(TestStorage storage, string consumer) => await storage.Database.QueryOne(
        new Statement("select count(*) from log_cursor where consumer = @consumer"), [consumer], row => row.GetInt64(0), default);

    private sealed class Present : LogConsumer
    {
        public override string Name => "present";

        public override IReadOnlySet<string>? Types => null;

        public override ValueTask Apply(IReadOnlyList<LoggedEvent> events, WriteTransaction write, CancellationToken cancel) =>
            ValueTask.CompletedTask;
    }
}

public sealed class ForgetConsumerOnSqlite() : ForgetConsumerTests(Engine.Sqlite);

public sealed class ForgetConsumerOnPostgres() : ForgetConsumerTests(Engine.Postgres);
