namespace Vagus.SocketIO;

/// <summary>
/// Polling to WebSocket. While a candidate is probed the session stays on polling, and whatever poll waits is answered, again and
/// again, so that the client can stop polling. With packet 5 the candidate takes over, and the queue goes on there in order.
/// </summary>
internal sealed partial class EngineSession
{
    private const long NoopMilliseconds = 100;

    private WebSocketLink? _candidate;
    private WheelAction? _upgradeTimer;
    private WheelAction? _noopTimer;

    internal void StartWebSocket(WebSocketLink link)
    {
        bool schedule;
        lock (Gate)
        {
            _link = link;
            schedule = _queue.Count > 0 && TakesTurn();
        }
        if (schedule) Host.Lanes.Schedule(this);
    }

    /// <summary>Takes a WebSocket as the candidate; false if there is one already or the session is on WebSocket.</summary>
    internal bool StartProbe(WebSocketLink link)
    {
        lock (Gate)
        {
            if (State != SessionState.Open || _link is not null || _candidate is not null) return false;

            _candidate = link;
            _upgradeTimer = new WheelAction(() => DropCandidate(link));
            Host.Wheel.Set(_upgradeTimer, Host.Wheel.Now + Milliseconds(Options.UpgradeTimeout));
            return true;
        }
    }

    /// <summary>A packet on the candidate. True when the candidate has become the session's transport.</summary>
    internal bool AcceptOnCandidate(WebSocketLink link, ReadOnlySpan<byte> packet)
    {
        if (packet.SequenceEqual("2probe"u8)) return ContinueProbe(link);
        if (packet.Length >= 1 && packet[0] == (byte)'5' && _noopTimer is not null) return CompleteUpgrade(link);

        DropCandidate(link);
        return false;
    }

    /// <summary>The candidate's connection ended before the upgrade did; polling goes on.</summary>
    internal void DropCandidate(WebSocketLink link)
    {
        lock (Gate)
        {
            if (_candidate != link) return;

            _candidate = null;
            StopUpgradeTimers();
        }
        link.CloseLater(Frame.CloseWithoutCode(), Host);
    }

    private bool ContinueProbe(WebSocketLink link)
    {
        lock (Gate)
        {
            if (_candidate != link || _noopTimer is not null) return false;

            _noopTimer = new WheelAction(RepeatNoop);
            Host.Wheel.Set(_noopTimer, Host.Wheel.Now + NoopMilliseconds);
        }
        link.WriteAlone(Frame.ProbeAnswer);
        return false;
    }

    private bool CompleteUpgrade(WebSocketLink link)
    {
        PollWait? poll;
        bool schedule;
        lock (Gate)
        {
            if (_candidate != link || State != SessionState.Open) return false;

            StopUpgradeTimers();
            _candidate = null;
            _link = link;
            poll = _poll;
            _poll = null;
            schedule = _queue.Count > 0 && TakesTurn();
        }
        // A poll made after the probe was answered, and overtaken by packet 5, is one too many; an older one only has to end.
        poll?.Complete(poll.IsAfterProbe ? null : Frame.Noop.Payload.ToArray());
        Host.Metrics.Upgraded();
        if (schedule) Host.Lanes.Schedule(this);
        return true;
    }

    private void RepeatNoop()
    {
        lock (Gate)
        {
            if (_noopTimer is null || State != SessionState.Open) return;

            if (_poll is { } poll && !_busy)
            {
                _poll = null;
                poll.Complete(TakePollBody() ?? Frame.Noop.Payload.ToArray());
            }
            Host.Wheel.Set(_noopTimer, Host.Wheel.Now + NoopMilliseconds);
        }
    }

    private void CloseCandidate()
    {
        if (_candidate is { } candidate) DropCandidate(candidate);
    }

    private void StopUpgradeTimers()
    {
        if (_upgradeTimer is not null) Host.Wheel.Cancel(_upgradeTimer);
        if (_noopTimer is not null) Host.Wheel.Cancel(_noopTimer);
        _upgradeTimer = _noopTimer = null;
    }
}
