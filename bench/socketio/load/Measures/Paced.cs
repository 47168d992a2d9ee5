using System.Diagnostics;
using Vagus.SocketIO.Load.Server;
using Vagus.SocketIO.Load.Wire;

namespace Vagus.SocketIO.Load.Measures;

/// <summary>One event at a time to a full room, at an even rate; latency runs from asking for it to each member having it.</summary>
internal sealed record Paced(int PerSecond, int Members = 1_000, int Seconds = 12, int WarmUpSeconds = 4, int Size = 100)
{
    private static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(20);

    internal sealed record Outcome(double CpuMicrosecondsPerDelivery, double P50, double P99, bool KeptUp);

    internal IEnumerable<Figure> Run(EchoServer server)
    {
        using Poller poller = new();
        var swarm = Swarm.Open(poller, server.Port, Members, "paced", TimeSpan.FromSeconds(60));
        var outcome = Measure(poller, swarm, server, "paced");
        yield return new Figure($"{PerSecond}/s to {Members}: CPU per delivery", "µs", outcome.CpuMicrosecondsPerDelivery);
        yield return new Figure($"{PerSecond}/s to {Members}: p50", "ms", outcome.P50);
        yield return new Figure($"{PerSecond}/s to {Members}: p99", "ms", outcome.P99);
        if (!outcome.KeptUp) Console.WriteLine($"  the server did not keep up with {PerSecond}/s");
    }

    internal Outcome Measure(Poller poller, Swarm swarm, EchoServer server, string room)
    {
        Control control = new(poller, server.Port);
        var request = Control.Broadcast(server.Port, room, count: 1, Size);
        Pace(poller, swarm, control, request, PerSecond * WarmUpSeconds, latencies: null);
        Latencies latencies = new();
        var before = server.Usage.CpuSeconds;
        var keptUp = Pace(poller, swarm, control, request, PerSecond * Seconds, latencies);
        var processor = server.Usage.CpuSeconds - before;
        return new Outcome(processor * 1e6 / latencies.Count, latencies.MillisecondsAt(0.5), latencies.MillisecondsAt(0.99), keptUp);
    }

    private bool Pace(Poller poller, Swarm swarm, Control control, byte[] request, int count, Latencies? latencies)
    {
        var sent = new long[count];
        var asked = 0;
        long received = 0, expected = (long)count * swarm.Members.Count;
        swarm.Listen(member =>
        {
            received++;
            latencies?.Add(Stopwatch.GetElapsedTime(sent[Math.Min(member.Events, count) - 1]).TotalMicroseconds);
        });
        var started = Stopwatch.GetTimestamp();
        var limit = TimeSpan.FromSeconds((double)count / PerSecond) + CatchUp;
        while (received < expected && Stopwatch.GetElapsedTime(started) < limit)
        {
            var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
            while (asked < count && asked <= elapsed * PerSecond)
            {
                // Measured from when it was due: a client that is late must not hide the wait (coordinated omission).
                sent[asked] = started + (long)((double)asked / PerSecond * Stopwatch.Frequency);
                asked++;
                control.Ask(request);
            }
            poller.Turn(asked < count ? 1 : 50);
        }
        return received == expected;
    }
}
