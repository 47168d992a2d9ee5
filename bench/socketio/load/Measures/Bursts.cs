using System.Diagnostics;
using Vagus.SocketIO.Load.Server;
using Vagus.SocketIO.Load.Wire;

namespace Vagus.SocketIO.Load.Measures;

/// <summary>Many events at once to a full room: what a server can do when it may coalesce.</summary>
internal sealed record Bursts(int Members = 1_000, int Events = 200, int Rounds = 8, int WarmUps = 3, int Size = 100)
{
    internal IEnumerable<Figure> Run(EchoServer server)
    {
        using Poller poller = new();
        var swarm = Swarm.Open(poller, server.Port, Members, "burst", TimeSpan.FromSeconds(60));
        Control control = new(poller, server.Port);
        var request = Control.Broadcast(server.Port, "burst", Events, Size);
        for (var i = 0; i < WarmUps; i++) RunRound(poller, swarm, control, request);
        var before = server.Usage;
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Rounds; i++) RunRound(poller, swarm, control, request);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var processor = server.Usage.CpuSeconds - before.CpuSeconds;
        var deliveries = (double)Members * Events * Rounds;
        yield return new Figure($"bursts of {Events} to {Members}: deliveries per server CPU-second", "k/s", deliveries / processor / 1000);
        yield return new Figure(
            $"bursts of {Events} to {Members}: deliveries per second of wall clock", "k/s", deliveries / elapsed.TotalSeconds / 1000);
    }

    private void RunRound(Poller poller, Swarm swarm, Control control, byte[] request)
    {
        long received = 0;
        swarm.Listen(_ => received++);
        control.Ask(request);
        var started = Stopwatch.GetTimestamp();
        while (received < (long)Members * Events)
        {
            poller.Turn(100);
            if (Stopwatch.GetElapsedTime(started).TotalSeconds > 60 || swarm.Lost > 0)
                throw new TimeoutException($"{received} of {(long)Members * Events} deliveries; {swarm.Lost} members lost.");
        }
    }
}
