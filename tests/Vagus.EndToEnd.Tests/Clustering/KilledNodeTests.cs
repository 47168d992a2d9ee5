using System.Globalization;
using Vagus.EndToEnd.Tests.Crashing;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Clustering;

/// <summary>
/// Two nodes, subscribers and writers on both, and one node is killed, started and killed again. <c>bin/bench nodes</c> is the same with a
/// thousand sockets on each.
/// </summary>
public sealed class KilledNodeTests
{
    private const int SocketsOnEach = 10;
    private const int WritersOnEach = 2;

    [Fact]
    public async Task Every_subscriber_on_both_nodes_has_the_exact_sequence_after_one_was_killed_started_and_killed()
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

        for (var kill = 0; kill < 2; kill++)
        {
            await More(acknowledged, one, other);
            await other.Kill();
            await More(acknowledged, one, other);
            await other.StartAgain();
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
            $"two nodes, {2 * SocketsOnEach} sockets, one killed twice: {log.Count} events at each, {subscribers.All.Sum(each => each.Reconnections)} new connections"));
    }

    private static RawSubscriber Follow(RunningServer server, SignedIn user) =>
        new(server, user, logged => logged.Labels == Sensitivity.None);

    private static Task More(Acknowledged acknowledged, RunningServer one, RunningServer other)
    {
        var moment = acknowledged.Requests + 30;
        return Condition.Becomes(() => acknowledged.Requests >= moment, "writers got answers", () => one.Said + other.Said);
    }
}
