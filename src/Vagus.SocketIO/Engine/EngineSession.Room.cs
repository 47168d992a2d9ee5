namespace Vagus.SocketIO;

/// <summary>For senders that can wait: whether the queue has room, and the signal that it has again.</summary>
internal sealed partial class EngineSession
{
    private RoomSignal? _room;
    private int _answering;

    internal int Backlog
    {
        get
        {
            lock (Gate) return _queue.Count;
        }
    }

    /// <summary>Whether a sender that can wait may send: the queue is at most half full.</summary>
    internal bool HasRoom
    {
        get
        {
            lock (Gate) return _queue.Count <= Options.MaxQueuedPackets / 2 && _queue.Bytes <= Options.MaxQueuedBytes / 2;
        }
    }

    /// <summary>
    /// What a sender that can wait awaits before it sends these frames, and then asks again. Complete at once when there is room now, or
    /// the session has ended.
    /// </summary>
    internal Task RoomFor(ReadOnlySpan<Frame> frames)
    {
        lock (Gate)
        {
            if (State != SessionState.Open || (HasRoom && _queue.Fits(frames.Length, Options))) return Task.CompletedTask;

            return (_room ??= new RoomSignal(this)).Wait();
        }
    }

    /// <summary>Lets all senders that wait look again: one of the connection's sockets has gone.</summary>
    internal void WakeSenders()
    {
        lock (Gate) _room?.Wake();
    }

    /// <summary>A poll's answer is on its way; its writing is watched by the web server.</summary>
    internal void BeginAnswer()
    {
        lock (Gate) _answering++;
    }

    internal void EndAnswer()
    {
        lock (Gate)
        {
            _answering--;
            if (_room is { IsAwaited: true } room) room.Watch();
        }
    }

    /// <summary>Senders have waited for <see cref="EngineOptions.SendTimeout"/> and no poll has come.</summary>
    internal void EndUnlessItTakes()
    {
        lock (Gate)
        {
            if (State != SessionState.Open || _link is not null || _room is not { IsAwaited: true } room) return;
            if (_answering > 0)
            {
                room.Watch();
                return;
            }
        }
        CloseSlowReader();
    }

    /// <summary>The client has taken from the queue. The gate is held.</summary>
    private void Taken()
    {
        if (_room is not { IsAwaited: true } room) return;
        if (HasRoom) room.Wake();
        else room.Watch();
    }
}
