using System.Diagnostics;
using Vagus.SocketIO.Load.Server;
using Vagus.SocketIO.Load.Wire;

namespace Vagus.SocketIO.Load.Churn;

/// <summary>Hours of coming and going: prints a line a minute and says at the end whether the server is as it was.</summary>
internal sealed class ChurnRun(ServerKind kind, ChurnOptions options)
{
    // A slope below this share of the mean per hour, or below this many megabytes, is noise of the allocator.
    private const double FlatShareOfMean = 0.10;
    private const double FlatMegabytes = 8;

    private static readonly TimeSpan ShortestJudged = TimeSpan.FromMinutes(10);

    private static readonly string[] Alarms =
        ["Unhandled exception", "Unobserved", "application never completed", "FATAL ERROR", "uncaughtException", "heap out of memory"];

    private readonly List<(double Minute, double Value)> _resident = [];

    internal async Task<bool> RunAsync()
    {
        await using var server = await EchoServer.StartAsync(kind);
        using Poller poller = new();
        ChurnLoop loop = new(poller, server.Port, options);
        Console.WriteLine($"{kind.Name}: churn for {options.Duration.TotalMinutes:0.#} min, {options.Concurrent} members at a time");
        var began = Stopwatch.GetTimestamp();
        var slice = TimeSpan.FromSeconds(Math.Min(60, options.Duration.TotalSeconds / 10));
        while (Stopwatch.GetElapsedTime(began) < options.Duration && !server.HasExited)
        {
            loop.Run(slice);
            if (server.HasExited) break;
            await SampleAsync(server, loop, Stopwatch.GetElapsedTime(began));
        }
        loop.Drain(TimeSpan.FromSeconds(30));
        return await JudgeAsync(server, loop);
    }

    private async Task SampleAsync(EchoServer server, ChurnLoop loop, TimeSpan elapsed)
    {
        var usage = server.Usage;
        var stats = await server.StatsAsync();
        _resident.Add((elapsed.TotalMinutes, usage.ResidentKb / 1024.0));
        Console.WriteLine(
            $"{elapsed.TotalMinutes,7:0.0} min  rss {usage.ResidentKb / 1024.0,7:0.0} MB  private {usage.PrivateKb / 1024.0,7:0.0} MB  " +
            $"sockets {stats.Sockets,5}  rooms {stats.Rooms.Count,4}  threads {usage.Threads,3}  fds {usage.Descriptors,5}  " +
            $"cpu {usage.CpuSeconds,8:0.0} s  members {loop.Finished,9} ({loop.Resets} reset, {loop.Unexpected} unexpected)");
    }

    private async Task<bool> JudgeAsync(EchoServer server, ChurnLoop loop)
    {
        var judged = new List<(string Claim, bool Holds)> { ("the server is alive", !server.HasExited) };
        if (!server.HasExited)
        {
            var stats = await EmptyAsync(server);
            judged.Add(
                ($"no sockets and no rooms are left ({stats.Sockets}, {stats.Rooms.Count})", stats is { Sockets: 0, Rooms.Count: 0 }));
            judged.Add(("a new member is served", StillServes(server.Port)));
        }
        judged.Add(($"members ended as they chose ({loop.Unexpected} of {loop.Finished} did not)", loop.Unexpected == 0));
        var alarms = server.Errors.Where(line => Alarms.Any(alarm => line.Contains(alarm, StringComparison.OrdinalIgnoreCase))).ToList();
        judged.Add(($"no alarm among {server.Errors.Count} lines of its error output", alarms.Count == 0));
        if (options.Duration >= ShortestJudged) judged.Add(JudgeMemory());
        else Console.WriteLine($"--    memory is not judged below {ShortestJudged.TotalMinutes} min");
        foreach (var (claim, holds) in judged) Console.WriteLine($"{(holds ? "ok  " : "FAIL")}  {claim}");
        // A server that died says in its last lines why.
        var lastWords = server.HasExited ? server.Errors.TakeLast(40) : alarms.Take(20);
        foreach (var line in lastWords) Console.WriteLine($"      {line}");
        return judged.TrueForAll(verdict => verdict.Holds);
    }

    private (string, bool) JudgeMemory()
    {
        var warm = _resident.Skip(_resident.Count / 4).ToList();
        var trend = Trend.Through(warm);
        var grown = trend.SlopePerMinute * Math.Max(1, warm.Count == 0 ? 0 : warm[^1].Minute - warm[0].Minute);
        var claim = $"memory is flat after warm-up (mean {trend.Mean:0.0} MB, {trend.SlopePerMinute * 60:+0.0;-0.0} MB an hour)";
        return (claim, grown < Math.Max(FlatMegabytes, FlatShareOfMean * trend.Mean));
    }

    private static async Task<ServerStats> EmptyAsync(EchoServer server)
    {
        var began = Stopwatch.GetTimestamp();
        var stats = await server.StatsAsync();
        while (stats is not { Sockets: 0, Rooms.Count: 0 } && Stopwatch.GetElapsedTime(began).TotalSeconds < 60)
        {
            await Task.Delay(200);
            stats = await server.StatsAsync();
        }
        return stats;
    }

    private static bool StillServes(int port)
    {
        using Poller poller = new();
        var swarm = Swarm.Open(poller, port, 10, "after", TimeSpan.FromSeconds(20));
        return swarm.Lost == 0;
    }
}
