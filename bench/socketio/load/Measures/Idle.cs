using System.Diagnostics;
using Vagus.SocketIO.Load.Server;
using Vagus.SocketIO.Load.Wire;

namespace Vagus.SocketIO.Load.Measures;

/// <summary>What a connection costs that says nothing, and how quickly thousands are let in.</summary>
internal sealed record Idle(int Members = 5_000, int SettleSeconds = 8)
{
    private const int WarmUpMembers = 600;

    internal IEnumerable<Figure> Run(EchoServer server)
    {
        using Poller poller = new();
        var warmUp = Swarm.Open(poller, server.Port, WarmUpMembers, "warm-up", TimeSpan.FromSeconds(60));
        Settle(poller);
        warmUp.Close();
        Settle(poller);
        var before = server.Usage;
        var started = Stopwatch.GetTimestamp();
        var swarm = Swarm.Open(poller, server.Port, Members, "idle", TimeSpan.FromSeconds(120));
        var opened = Stopwatch.GetElapsedTime(started);
        var connecting = server.Usage.CpuSeconds - before.CpuSeconds;
        Settle(poller);
        var settled = server.Usage;
        if (swarm.Lost > 0) throw new InvalidOperationException($"{swarm.Lost} members were lost.");
        yield return new Figure($"{Members} connects and joins", "s", opened.TotalSeconds);
        yield return new Figure($"{Members} connects and joins: server CPU each", "µs", connecting * 1e6 / Members);
        yield return new Figure(
            $"idle connection, resident memory ({Members} of them)", "KB", (settled.ResidentKb - before.ResidentKb) / (double)Members);
        yield return new Figure(
            $"idle connection, private memory ({Members} of them)", "KB", (settled.PrivateKb - before.PrivateKb) / (double)Members);
    }

    private void Settle(Poller poller)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < SettleSeconds) poller.Turn(200);
    }
}
