using System.Diagnostics;
using Vagus.SocketIO.Load.Wire;

namespace Vagus.SocketIO.Load.Churn;

/// <summary>
/// Keeps a fixed number of members alive, each of which connects, joins, asks for a burst, reads it and vanishes:
/// every second one by a reset in the middle of the burst, the others with a goodbye after it.
/// </summary>
internal sealed class ChurnLoop(Poller poller, int port, ChurnOptions options)
{
    private readonly byte[] _upgrade = Frames.Upgrade(port);
    private readonly byte[] _burst = Frames.Text($"42[\"burst\",{options.Events},{options.PadSize}]");
    private readonly byte[][] _joins =
        [.. Enumerable.Range(0, 100).Select(room => Frames.Text($"420[\"join\",\"room-{room}\"]"))];

    private int _started;
    private int _alive;

    internal long Finished { get; private set; }

    internal long Resets { get; private set; }

    internal long Unexpected { get; private set; }

    internal void Run(TimeSpan duration)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < duration)
        {
            while (_alive < options.Concurrent) Begin();
            poller.Turn(50);
        }
    }

    /// <summary>Lets the members that are under way finish.</summary>
    internal void Drain(TimeSpan limit)
    {
        var began = Stopwatch.GetTimestamp();
        while (_alive > 0 && Stopwatch.GetElapsedTime(began) < limit) poller.Turn(50);
    }

    private void Begin()
    {
        var number = _started++;
        var isAbrupt = number % 2 == 0;
        var last = isAbrupt ? number / 2 % options.Events + 1 : options.Events;
        _alive++;
        _ = new Member(poller, port, _upgrade, _joins[number % _joins.Length])
        {
            OnJoined = member => member.Send(_burst),
            OnEvent = member =>
            {
                if (member.Events == last) Leave(member, isAbrupt);
            },
            OnLost = member => End(wasAsked: member.Events == options.Events),
        };
    }

    private void Leave(Member member, bool isAbrupt)
    {
        if (isAbrupt)
        {
            member.Reset();
            Resets++;
            End(wasAsked: true);
            return;
        }
        member.Send(Frames.Disconnect);
        member.Send(Frames.Close);
        if (member.IsOpen) member.FinishSending();
    }

    private void End(bool wasAsked)
    {
        _alive--;
        Finished++;
        if (!wasAsked) Unexpected++;
    }
}
