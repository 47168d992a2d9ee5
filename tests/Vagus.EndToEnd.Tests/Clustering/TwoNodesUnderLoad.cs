using Vagus.EndToEnd.Tests.Crashing;
using Vagus.EndToEnd.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.EndToEnd.Tests.Clustering;

/// <summary>Two nodes on one PostgreSQL with subscribers and writers on both, while a test does something to the nodes.</summary>
internal static class TwoNodesUnderLoad
{
    public const int SocketsOnEach = 10;
    private const int WritersOnEach = 2;

    /// <summary>
    /// Holds that no acknowledged write is lost or halved, and that every subscriber has the exact sequence in the end.
    /// </summary>
    /// <param name="disturb">
    /// Done with the two nodes; its last argument waits until the writers have got more answers, from whichever node is there.
    /// </param>
    public static async Task<LoadFigures> Run(Func<RunningServer, RunningServer, Func<Task>, Task> disturb)
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

        await disturb(one, other, More);

        await More();
        await stop.CancelAsync();
        await Task.WhenAll(writing);

        var log = await LogCheck.Contiguous(one.Data, Clinic.Tenant);
        Assert.Empty(LogCheck.Untold(log, acknowledged.Versions));
        Assert.Empty(writers.SelectMany(writer => writer.Halves));
        Assert.Empty(await Acknowledged.Missing(authorHere, acknowledged.Versions));
        await Condition.Holds(() => subscribers.All.All(each => each.HasCaughtUp(log)), Condition.Limit);
        Assert.Empty(subscribers.All.SelectMany(each => each.Differences(log)));
        return new LoadFigures(
            log.Count, subscribers.All.Sum(each => each.Reconnections), writers.Sum(each => each.Lost),
            writers.Sum(each => each.Refused.Count));

        Task More() => acknowledged.More(30, () => one.Said + other.Said);
    }

    private static RawSubscriber Follow(RunningServer server, SignedIn user) =>
        new(server, user, logged => logged.Labels == Sensitivity.None);
}

/// <summary>What such a load saw.</summary>
/// <param name="Events">In the log, and at each subscriber.</param>
/// <param name="Reconnections">Of all subscribers.</param>
/// <param name="Lost">Answers that did not come.</param>
/// <param name="Refused">Writes that were refused.</param>
internal sealed record LoadFigures(int Events, int Reconnections, int Lost, int Refused);
