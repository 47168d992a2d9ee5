using Vagus.SocketIO.Delivery;

namespace Vagus.SocketIO.Engine;

/// <summary>
/// One attempt of a polling session to move to a WebSocket, the candidate. While it is probed the session stays on polling, and whatever
/// poll waits is answered, again and again, so that the client can stop polling. With packet 5 the candidate takes over, and the queue goes
/// on there in order.
/// </summary>
internal sealed class Upgrade(EngineSession session, WebSocketLink candidate)
{
    private const long NoopMilliseconds = 100;

    private WheelAction? _limit;
    private WheelAction? _noop;

    /// <summary>The probe was answered.</summary>
    internal bool IsProbed => _noop is not null;

    private TimingWheel Wheel => session.Host.Wheel;

    /// <summary>False if another attempt is under way, or the session is on WebSocket or closed.</summary>
    internal bool Start()
    {
        lock (session.Gate)
        {
            if (!session.BeginUpgrade(this)) return false;

            _limit = new WheelAction(Drop);
            Wheel.Set(_limit, Wheel.Now + (long)session.Options.UpgradeTimeout.TotalMilliseconds);
            return true;
        }
    }

    /// <summary>A packet on the candidate. True when the candidate has become the session's transport.</summary>
    internal bool Accept(ReadOnlySpan<byte> packet)
    {
        if (packet.SequenceEqual("2probe"u8)) return AnswerProbe();
        if (packet.Length >= 1 && packet[0] == (byte)'5' && IsProbed) return Complete();

        Drop();
        return false;
    }

    /// <summary>The attempt is over without success; polling goes on.</summary>
    internal void Drop()
    {
        lock (session.Gate)
        {
            if (!session.EndUpgrade(this)) return;

            StopTimers();
        }
        candidate.CloseLater(Frame.CloseWithoutCode(), session.Host);
    }

    private bool AnswerProbe()
    {
        lock (session.Gate)
        {
            if (!session.IsUpgrading(this) || IsProbed) return false;

            _noop = new WheelAction(RepeatNoop);
            Wheel.Set(_noop, Wheel.Now + NoopMilliseconds);
        }
        candidate.Output.WriteAlone(Frame.ProbeAnswer);
        return false;
    }

    private bool Complete()
    {
        PollWait? poll;
        lock (session.Gate)
        {
            if (session.State != SessionState.Open || !session.EndUpgrade(this)) return false;

            StopTimers();
            poll = session.Polling?.TakeWait();
            session.StartWebSocket(candidate);
        }
        // A poll made after the probe was answered, and overtaken by packet 5, is one too many; an older one only has to end.
        poll?.Complete(poll.IsAfterProbe ? null : Frame.Noop.Payload.ToArray());
        session.Host.Metrics.Upgraded();
        return true;
    }

    private void RepeatNoop()
    {
        lock (session.Gate)
        {
            if (_noop is not { } noop || session.State != SessionState.Open) return;

            session.Polling?.AnswerAnyway();
            Wheel.Set(noop, Wheel.Now + NoopMilliseconds);
        }
    }

    private void StopTimers()
    {
        if (_limit is not null) Wheel.Cancel(_limit);
        if (_noop is not null) Wheel.Cancel(_noop);
        _limit = _noop = null;
    }
}
