using System.Diagnostics;
using System.Globalization;
using System.Text;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Clustering;

/// <summary>Two nodes on one PostgreSQL, and events all the time: the one with the lease is killed, or paused and woken up again.</summary>
[Collection(nameof(Alone))]
public sealed class ConsumerTakeoverTests
{
    private static readonly TimeSpan TakeoverLimit = TimeSpan.FromSeconds(5);
    private static readonly TenantId[] Tenants = [new("one"), new("two"), new("three")];

    [Fact]
    public async Task Another_node_goes_on_within_five_seconds_and_each_event_is_consumed_once()
    {
        await using var data = await ServerData.Create(Engine.Postgres);
        var working = Counted.StartNode(data);
        await Condition.Becomes(() => Counted.HasTaken(working), "the first node has the lease", () => working.Said);
        var waiting = Counted.StartNode(data);
        using var stop = new CancellationTokenSource();
        var writing = Tenants.Select(tenant => Write(data, tenant, stop.Token)).ToList();
        var gaps = new List<TimeSpan>();
        try
        {
            for (var round = 0; round < 4; round++)
            {
                var enough = 20 * (round + 1);
                await Condition.Becomes(
                    async () => await Counted.Last(data.Database, Tenants[0]) > enough, "events are consumed");
                await Condition.Becomes(() => Counted.IsUp(waiting), "the other node is up", () => waiting.Said);
                var isPaused = round % 2 == 1;
                if (isPaused) await working.Pause();
                else await working.Kill();
                gaps.Add(await TakenOver(data, waiting));
                if (isPaused)
                {
                    await working.Continue();
                    await Condition.Becomes(
                        () => working.Said.Contains("Another node has taken", StringComparison.Ordinal), "the paused node noticed",
                        () => working.Said);
                    await working.Kill();
                }

                await working.DisposeAsync();
                (working, waiting) = (waiting, Counted.StartNode(data));
            }

            await stop.CancelAsync();
            await Task.WhenAll(writing);
            foreach (var tenant in Tenants) await EachOnce(data, tenant);
        }
        finally
        {
            await stop.CancelAsync();
            await working.DisposeAsync();
            await waiting.DisposeAsync();
        }

        Figures.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"lease lost → the other node consumes: {string.Join(", ", gaps.Select(gap => $"{gap.TotalMilliseconds:0}"))} ms"));
        Assert.All(gaps, gap => Assert.InRange(gap, TimeSpan.Zero, TakeoverLimit));
    }

    /// <summary>How long it took until the other node had consumed an event that was written after the first one stopped.</summary>
    private static async Task<TimeSpan> TakenOver(ServerData data, ChildProcess other)
    {
        var clock = Stopwatch.StartNew();
        var head = (await data.Log.Extent(Tenants[0], CancellationToken.None)).Last;
        await Condition.Becomes(
            async () => await Counted.Last(data.Database, Tenants[0]) > head, "the other node consumes", () => other.Said);
        return clock.Elapsed;
    }

    private static async Task Write(ServerData data, TenantId tenant, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var written = await data.Commit.Write<long>(
                tenant,
                async (write, cancel) =>
                    await write.Append(new NewEvent(Guid.NewGuid().ToString(), "resource.created", Encoding.UTF8.GetBytes("{}")), cancel),
                CancellationToken.None);
            Assert.False(written.IsRefused);
            await Task.Delay(10, CancellationToken.None);
        }
    }

    private static async Task EachOnce(ServerData data, TenantId tenant)
    {
        var last = (await data.Log.Extent(tenant, CancellationToken.None)).Last;
        await Condition.Becomes(async () => await Counted.Last(data.Database, tenant) == last, "everything is consumed");

        var positions = (await Counted.Read(data.Database, tenant)).Select(row => row.Position);
        Assert.Equal(Enumerable.Range(1, (int)last).Select(position => (long)position), positions);
    }
}
