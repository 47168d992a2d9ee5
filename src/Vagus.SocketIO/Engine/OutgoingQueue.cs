using Vagus.SocketIO.Delivery;

namespace Vagus.SocketIO.Engine;

/// <summary>
/// What waits to be written to one client, whose turn it is to write it, and the senders that wait for room. The session's gate guards all
/// of it but <see cref="IsStalled"/>.
/// </summary>
internal sealed class OutgoingQueue(EngineSession session)
{
    private FrameQueue _frames;
    private RoomSignal? _room;
    private bool _busy;
    private volatile bool _stalled;

    internal int Count => _frames.Count;

    /// <summary>Whether a sender that can wait may send: the queue is at most half full.</summary>
    internal bool HasRoom =>
        _frames.Count <= session.Options.MaxQueuedPackets / 2 && _frames.Bytes <= session.Options.MaxQueuedBytes / 2;

    internal bool HasWaitingSenders => _room is { IsAwaited: true };

    /// <summary>In a lane, or being written: it is not scheduled again until that is over.</summary>
    internal bool IsBusy => _busy;

    /// <summary>A write could not finish at once: volatile events are dropped until it has.</summary>
    internal bool IsStalled => _stalled;

    internal bool Fits(int packets) => _frames.Fits(packets, session.Options);

    internal void Add(Frame frame) => _frames.Add(frame);

    internal void Clear() => _frames.Clear();

    /// <summary>True for the one caller who must schedule the session.</summary>
    internal bool TakeTurn()
    {
        if (_busy) return false;

        return _busy = true;
    }

    internal void EndTurn() => _busy = false;

    /// <summary>Takes what one write carries.</summary>
    internal void TakeBatch(DrainBuffer buffer)
    {
        buffer.Frames.Clear();
        var bytes = 0;
        while (_frames.Count > 0)
        {
            var length = _frames.Peek().Wire.Length;
            if (bytes > 0 && bytes + length > session.Options.WriteBatchBytes) break;

            bytes += length;
            buffer.Frames.Add(_frames.Take());
        }
        Taken();
        session.Host.Metrics.Wrote(buffer.Frames.Count);
    }

    /// <summary>Takes what one answer to a poll carries; null when nothing waits.</summary>
    internal byte[]? TakePayload()
    {
        if (_frames.Count == 0) return null;

        var count = 0;
        var frames = new List<Frame>(_frames.Count);
        while (_frames.Count > 0)
        {
            var length = _frames.Peek().PollingLength + (frames.Count > 0 ? 1 : 0);
            if (frames.Count > 0 && count + length > session.Options.MaxPayload) break;

            count += length;
            frames.Add(_frames.Take());
        }
        Taken();
        return PollingPayload.Write(frames, count);
    }

    /// <summary>What a sender awaits before it sends so many frames; it asks again afterwards.</summary>
    internal Task RoomFor(int frames) =>
        HasRoom && Fits(frames) ? Task.CompletedTask : (_room ??= new RoomSignal(session)).Wait();

    /// <summary>Lets all senders that wait look again.</summary>
    internal void WakeSenders() => _room?.Wake();

    /// <summary>The client takes something, or is about to: its time starts anew.</summary>
    internal void WatchSenders()
    {
        if (HasWaitingSenders) _room!.Watch();
    }

    /// <summary>A write cannot finish at once and goes on aside.</summary>
    internal void Stall() => _stalled = true;

    /// <summary>A write that could not finish at once has finished now.</summary>
    internal void Resume()
    {
        _stalled = false;
        session.Host.Lanes.Schedule(session);
    }

    private void Taken()
    {
        if (!HasWaitingSenders) return;
        if (HasRoom) WakeSenders();
        else WatchSenders();
    }
}
