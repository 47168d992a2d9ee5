using Vagus.EndToEnd.Tests.Running;

namespace Vagus.Bench.Hospital;

/// <summary>
/// Two nodes on one PostgreSQL, sockets on each, writes at both, one node killed, started and killed again: what each socket was shown
/// beside the log, and how long a write at one node takes to a socket of the other.
/// </summary>
internal static class NodesRun
{
    public static async Task<int> Run(int sockets, int perSecond, TimeSpan length)
    {
        await using var place = await Place.Open("nodes");
        using var writers = await Writers.Open(place);
        await writers.Prepare(Day.Admissions());
        await using var screens = await Screens.Open(place, sockets * place.Nodes.Count);
        await writers.Run(Day.Sign, first: 0, perSecond, TimeSpan.FromSeconds(2));
        writers.Clear();
        var after = (await place.Data.Log.Extent(new Kernel.TenantId(Clinic.Tenant), CancellationToken.None)).Last;
        var used = place.Usage();

        var began = TimeProvider.System.GetTimestamp();
        var calm = length / 4;
        var writing = writers.Run(Day.Sign, first: 1_000_000, perSecond, length);
        var killing = KillTwice(place, calm);
        var behind = await writing;
        await killing;

        var verdict = await Verdict.Of(
            place.Data, after, screens.All, writers.Writes,
            (sent, screen) =>
                sent.Node != screen.Node && TimeProvider.System.GetElapsedTime(began, sent.At) < calm - TimeSpan.FromSeconds(1));
        Console.WriteLine(FormattableString.Invariant(
            $"two nodes, {sockets} sockets on each, {perSecond} writes/s at both together, {length.TotalSeconds:0} s, {Environment.ProcessorCount} cores, load {LoadAverage()}"));
        Console.WriteLine(FormattableString.Invariant(
            $"  {verdict.Events} events, {verdict.Frames} changes shown, missing {verdict.Missing}, twice or out of order {verdict.Odd}, acknowledged and lost {verdict.LostWrites}"));
        Console.WriteLine(verdict.CaughtUpAfter is { } wait
            ? FormattableString.Invariant($"  every screen had it all {wait.TotalSeconds:0.0} s after the last answer")
            : "  some screen did not have it all a minute after the last answer");
        Console.WriteLine(FormattableString.Invariant(
            $"  connections of a screen: at most {screens.All.Max(each => each.Connections)}, gaps told {screens.All.Sum(each => each.Gaps)}"));
        Console.WriteLine(FormattableString.Invariant(
            $"  refused {writers.Failed}, answers lost with the node {writers.Lost}, connections {screens.All.Sum(each => each.Connections)}, the last request was sent {behind.TotalMilliseconds:0} ms late"));
        Console.WriteLine($"  written at one node, shown at the other, sent up to a second before the first kill: {verdict.Latency()}");
        Console.WriteLine(FormattableString.Invariant(
            $"  resident {place.Usage().Megabytes:0} MB at the end, {used.Megabytes:0} MB before the load, both nodes"));
        return verdict.Wrong + verdict.LostWrites == 0 ? 0 : 1;
    }

    private static async Task KillTwice(Place place, TimeSpan calm)
    {
        for (var kill = 0; kill < 2; kill++)
        {
            await Task.Delay(kill == 0 ? calm : calm / 2);
            await place.Nodes[1].Kill();
            await Task.Delay(calm / 4);
            await place.StartAgain(place.Nodes[1]);
        }
    }

    /// <summary>Of the last minute; the machine may have other work.</summary>
    internal static string LoadAverage() =>
        File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
}
