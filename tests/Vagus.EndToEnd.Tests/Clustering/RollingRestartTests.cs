using System.Globalization;
using System.Net;
using Vagus.EndToEnd.Tests.Crashing;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Clustering;

/// <summary>
/// Two nodes on one database are told to stop and started again, one after the other, while writes and sockets go on at both.
/// </summary>
public sealed class RollingRestartTests
{
    private const int SocketsOnEach = 10;
    private const int WritersOnEach = 2;

    [Fact]
    public async Task No_acknowledged_write_is_lost_and_no_event_skipped_while_each_node_is_restarted_in_its_turn()
    {
        await using var one = await RunningServer.Start(Engine.Postgres);
        await using var other = await one.StartBeside();
        using var here = one.SignIn("admin");
        using var there = other.SignIn("admin");
        await using var subscribers = new Subscribers(
        [
            .. Enumerable.Range(0, SocketsOnEach).Select(_ => Follow(one, here)),
            .. Enumerable.Range(0, SocketsOnEach).Select(_ => Follow(other, there)),
        ]);
        await Condition.Becomes(
            () => subscribers.All.Cast<RawSubscriber>().All(each => each.IsFollowing), "all follow", () => one.Said + other.Said);
        var acknowledged = new Acknowledged();
        using var authorHere = one.SignIn("service");
        using var authorThere = other.SignIn("service");
        var writers = Enumerable.Range(0, WritersOnEach).SelectMany(number => new[]
        {
            new Writer(one, authorHere, acknowledged, $"one{number}", number),
            new Writer(other, authorThere, acknowledged, $"other{number}", number),
        }).ToList();
        using var stop = new CancellationTokenSource();
        var writing = writers.Select(writer => writer.WriteUntil(stop.Token)).ToList();

        foreach (var node in (RunningServer[])[one, other])
        {
            await More(acknowledged, one, other);
            var told = await node.Leave();
            await More(acknowledged, one, other);
            await node.StartAgain();

            // Once it has said that it goes, it never says again that it is ready.
            Assert.DoesNotContain(HttpStatusCode.OK, told.SkipWhile(status => status == HttpStatusCode.OK));
        }

        await More(acknowledged, one, other);
        await stop.CancelAsync();
        await Task.WhenAll(writing);

        var log = await LogCheck.Contiguous(one.Data, Clinic.Tenant);
        Assert.Empty(LogCheck.Untold(log, acknowledged.Versions));
        Assert.Empty(writers.SelectMany(writer => writer.Halves));
        Assert.Empty(await Acknowledged.Missing(authorHere, acknowledged.Versions));
        await Condition.Holds(() => subscribers.All.All(each => each.HasCaughtUp(log)), Condition.Limit);
        Assert.Empty(subscribers.All.SelectMany(each => each.Differences(log)));
        Figures.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"two nodes, {2 * SocketsOnEach} sockets, each restarted by SIGTERM: {log.Count} events at each, {writers.Sum(each => each.Lost)} answers lost, {writers.Sum(each => each.Refused.Count)} refused"));
    }

    private static RawSubscriber Follow(RunningServer server, SignedIn user) =>
        new(server, user, logged => logged.Labels == Sensitivity.None);

    /// <summary>Answers come from whichever node is there.</summary>
    private static Task More(Acknowledged acknowledged, RunningServer one, RunningServer other)
    {
        var moment = acknowledged.Requests + 30;
        return Condition.Becomes(() => acknowledged.Requests >= moment, "writers got answers", () => one.Said + other.Said);
    }
}
