using Vagus.SocketIO.Load.Server;
using Vagus.SocketIO.Load.Wire;

namespace Vagus.SocketIO.Load.Measures;

/// <summary>What a member that never reads costs the others of its room.</summary>
internal sealed record OneSlowReader(int PerSecond = 50, int Members = 500, int Size = 2_000)
{
    internal IEnumerable<Figure> Run(EchoServer server)
    {
        using Poller poller = new();
        var swarm = Swarm.Open(poller, server.Port, Members, "slow", TimeSpan.FromSeconds(60));
        Paced pace = new(PerSecond, Members, Seconds: 10, WarmUpSeconds: 3, Size);
        var without = pace.Measure(poller, swarm, server, "slow");
        Member slow = new(poller, server.Port, Frames.Upgrade(server.Port), Frames.Text("420[\"join\",\"slow\"]"), receiveBuffer: 4_096);
        while (!slow.Joined) poller.Turn(50);
        slow.StopReading();
        var with = pace.Measure(poller, swarm, server, "slow");
        yield return new Figure("p50 without a slow reader", "ms", without.P50);
        yield return new Figure("p50 of the others with one", "ms", with.P50);
        yield return new Figure("p99 without a slow reader", "ms", without.P99);
        yield return new Figure("p99 of the others with one", "ms", with.P99);
    }
}
