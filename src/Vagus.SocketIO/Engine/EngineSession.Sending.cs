namespace Vagus.SocketIO;

internal sealed partial class EngineSession
{
    private const long CloseGraceMilliseconds = 3_000;
    private const long TombstoneMilliseconds = 1_000;

    /// <summary>Writes that one turn in a lane may take, so that a client with much to read does not hold up the others.</summary>
    private const int WritesPerTurn = 4;

    private FrameQueue _queue;
    private WebSocketLink? _link;
    private PollWait? _poll;
    private int _reported;

    /// <summary>In a lane, or writing: until that is over nobody schedules it again.</summary>
    private bool _busy;

    /// <summary>A write could not finish at once, so the client is not ready for what is only worth sending at once.</summary>
    private volatile bool _stalled;

    /// <summary>Queues one packet; false if the session is closed or, by this packet, found to read too slowly.</summary>
    internal bool Send(Frame frame)
    {
        bool fits;
        var schedule = false;
        lock (Gate)
        {
            if (State != SessionState.Open) return false;

            fits = _queue.Fits(1, Options);
            if (fits)
            {
                _queue.Add(frame);
                schedule = TakesTurn();
            }
        }
        if (!fits) return CloseSlowReader();
        if (schedule) Host.Lanes.Schedule(this);
        return true;
    }

    /// <summary>Queues the frames of one packet next to each other.</summary>
    internal bool Send(Frame[] frames)
    {
        if (frames.Length == 1) return Send(frames[0]);

        bool fits;
        var schedule = false;
        lock (Gate)
        {
            if (State != SessionState.Open) return false;

            fits = _queue.Fits(frames.Length, Options);
            if (fits)
            {
                foreach (var frame in frames) _queue.Add(frame);
                schedule = TakesTurn();
            }
        }
        if (!fits) return CloseSlowReader();
        if (schedule) Host.Lanes.Schedule(this);
        return true;
    }

    /// <summary>Sends only what can go out at once: nothing is queued before it, and the transport is ready.</summary>
    internal bool SendVolatile(Frame[] frames)
    {
        lock (Gate)
        {
            if (_queue.Count > 0 || _stalled || (_link is null && _poll is null)) return false;
        }
        return Send(frames);
    }

    /// <summary>Writes what is queued. Called by a lane, by one thread at a time.</summary>
    internal void Drain(DrainBuffer buffer)
    {
        for (var writes = 0; writes < WritesPerTurn; writes++)
        {
            WebSocketLink link;
            lock (Gate)
            {
                if (State == SessionState.Closed || _queue.Count == 0 || _link is null)
                {
                    _busy = false;
                    if (_link is null) AnswerPoll();
                    return;
                }
                link = _link;
                TakeBatch(buffer);
            }
            var closes = buffer.Frames[^1].Opcode == Opcode.Close;
            if (!link.Write(buffer, this, closes)) return;
        }
        Host.Lanes.Schedule(this);
    }

    /// <summary>A write cannot finish at once and goes on aside.</summary>
    internal void Stall() => _stalled = true;

    /// <summary>A write that could not finish at once has finished now.</summary>
    internal void Resume()
    {
        _stalled = false;
        Host.Lanes.Schedule(this);
    }

    /// <summary>Ends the link if a write makes no progress in time.</summary>
    internal WheelAction WatchStall(WebSocketLink link)
    {
        var stall = new WheelAction(() =>
        {
            Host.Metrics.SlowReader();
            Finish(DisconnectReason.SlowReader);
            link.End();
        });
        MoveStall(stall);
        return stall;
    }

    internal void MoveStall(WheelAction stall) => Host.Wheel.Set(stall, Host.Wheel.Now + Milliseconds(Options.SendTimeout));

    internal void EndStall(WheelAction stall) => Host.Wheel.Cancel(stall);

    private void TakeBatch(DrainBuffer buffer)
    {
        buffer.Frames.Clear();
        var bytes = 0;
        while (_queue.Count > 0)
        {
            var length = _queue.Peek().Wire.Length;
            if (bytes > 0 && bytes + length > Options.WriteBatchBytes) break;

            bytes += length;
            buffer.Frames.Add(_queue.Take());
        }
        Taken();
        Host.Metrics.Wrote(buffer.Frames.Count);
    }

    /// <summary>Whether the caller, having left the gate, must schedule this session.</summary>
    private bool TakesTurn()
    {
        if (_busy || (_link is null && _poll is null)) return false;

        _busy = true;
        return true;
    }

    private bool CloseSlowReader()
    {
        Host.Metrics.SlowReader();
        Close(DisconnectReason.SlowReader, CloseCode.SlowReader, CloseText.SlowReader);
        return false;
    }
}
