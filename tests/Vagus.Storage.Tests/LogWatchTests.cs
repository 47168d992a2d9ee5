using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>Two sets of services on one SQLite file, each with a file of its own in <c>nodes</c>, are what two processes are.</summary>
public sealed class LogWatchTests
{
    private static readonly TenantId North = new("north");
    private static readonly TenantId South = new("south");

    [Fact]
    public async Task Commits_of_another_process_are_signalled_with_the_tenant_whose_log_has_grown()
    {
        await using var pair = await Pair.Open();
        await pair.Append(North);
        await pair.Append(South);
        await pair.Hears(North, 1);
        await pair.Hears(South, 1);

        await pair.Append(North);
        await pair.Hears(North, 2);
        await pair.Append(South);
        await pair.Hears(South, 2);

        var heard = pair.Heard.Select(each => $"{each.Tenant.Value} {each.Position}").Order();
        Assert.Equal(["north 1", "north 2", "south 1", "south 2"], heard);
    }

    [Fact]
    public async Task A_process_that_ends_and_another_that_comes_are_both_followed()
    {
        await using var pair = await Pair.Open();
        await pair.Append(North);
        await pair.Hears(North, 1);

        pair.Other.Dispose();
        await pair.Append(North);
        using var next = pair.NewNode("next");
        await pair.Hears(North, 2);
        await pair.Append(North);

        await pair.Hears(North, 3);
    }

    [Fact]
    public async Task A_look_that_fails_is_told_once_and_the_next_ones_go_on()
    {
        await using var pair = await Pair.Open();
        await pair.Append(North);
        await pair.Hears(North, 1);
        await pair.Run("alter table log_head rename to log_head_hidden");
        await pair.Log.Line("could not be watched");
        await pair.Run("alter table log_head_hidden rename to log_head");

        await pair.Append(North);

        await pair.Hears(North, 2);
        Assert.Single(pair.Log.Lines, line => line.Contains("could not be watched", StringComparison.Ordinal));
    }

    [Fact]
    public async Task On_PostgreSQL_nothing_is_watched()
    {
        await using var storage = await TestStorage.Create(Engine.Postgres);
        var watch = WatchOf(storage);

        await watch.StartAsync(default);

        await watch.ExecuteTask!.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static BackgroundService WatchOf(TestStorage storage) => storage.Get<IEnumerable<IHostedService>>().OfType<LogWatch>().Single();

    private sealed class Pair : IAsyncDisposable
    {
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
        private readonly TestStorage reader;
        private readonly TestStorage writer;
        private readonly BackgroundService watch;
        private readonly IDisposable observation;

        private Pair(TestStorage reader, RecordedLog log)
        {
            (this.reader, Log, writer, watch) = (reader, log, reader.Beside(), WatchOf(reader));
            observation = reader.Get<LogSignal>().Observe((tenant, position) => Heard.Add((tenant, position)));
            Other = NewNode("other");
        }

        public RecordedLog Log { get; }

        public ConcurrentBag<(TenantId Tenant, long Position)> Heard { get; } = [];

        public NodeFiles Other { get; }

        public static async Task<Pair> Open()
        {
            var log = new RecordedLog();
            var reader = await TestStorage.Create(
                Engine.Sqlite, add: services => services.AddLogging(logging => logging.AddProvider(log)));
            var pair = new Pair(reader, log);
            reader.Get<NodeFiles>().Hold("reader");
            await pair.watch.StartAsync(default);
            return pair;
        }

        public NodeFiles NewNode(string name)
        {
            var node = new NodeFiles(writer.Options, writer.Clock);
            node.Hold(name);
            return node;
        }

        public async Task Append(TenantId tenant) => Assert.False((await writer.Commit.Write<long>(
            tenant,
            async (write, cancel) =>
                await write.Append(new NewEvent(Guid.NewGuid().ToString(), "patient.created", "{}"u8.ToArray()), cancel),
            default)).IsRefused);

        public async Task Run(string change) => Assert.False((await writer.Commit.Write<int>(
            North, async (write, cancel) => await write.Execute(new Statement(change), [], cancel), default)).IsRefused);

        public async Task Hears(TenantId tenant, long position)
        {
            using var limit = new CancellationTokenSource(Limit);
            while (!Heard.Contains((tenant, position))) await Task.Delay(5, limit.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await watch.StopAsync(default);
            observation.Dispose();
            Other.Dispose();
            await writer.DisposeAsync();
            await reader.DisposeAsync();
        }
    }
}
