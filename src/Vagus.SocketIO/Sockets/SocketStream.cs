using Vagus.SocketIO.Delivery;
using Vagus.SocketIO.Engine;

namespace Vagus.SocketIO.Sockets;

internal enum SocketState : byte
{
    /// <summary>Its middleware runs, or its session is being recovered. What is sent to it is held.</summary>
    Pending,
    Connected,
    Gone,
}

/// <summary>
/// What is sent to one socket, in the order of its stream: held until it is let in, and no position twice. The session's gate guards it.
/// </summary>
internal sealed class SocketStream(ClientSocket socket)
{
    private volatile SocketState _state;
    private List<(EncodedEvent? Event, Frame[] Frames)>? _held;
    private long _heldBytes;
    private long _position;

    internal SocketState State => _state;

    internal bool Lives => _state != SocketState.Gone && Session.State == SessionState.Open;

    private EngineSession Session => socket.Client.Session;

    internal bool Send(EncodedEvent encoded)
    {
        // A socket that is connected and follows no history takes the short way.
        if (encoded.Offset is null && _state == SocketState.Connected) return Session.Send(Frames(encoded));

        lock (Session.Gate)
        {
            if (_state == SocketState.Gone || !Advance(encoded.Offset)) return false;

            return _state == SocketState.Connected ? Session.Send(Frames(encoded)) : Hold(encoded, Frames(encoded));
        }
    }

    internal bool SendVolatile(EncodedEvent encoded) => _state == SocketState.Connected && Session.SendVolatile(Frames(encoded));

    /// <summary>Sends what is no part of the stream. The gate is held.</summary>
    internal bool SendOrHold(Frame[] frames) =>
        _state == SocketState.Connected ? Session.Send(frames) : Hold(encoded: null, frames);

    internal async ValueTask<bool> SendWhenRoom(EncodedEvent encoded, CancellationToken cancel)
    {
        var frames = Frames(encoded);
        while (true)
        {
            Task room;
            lock (Session.Gate)
            {
                room = _state == SocketState.Connected ? Session.RoomFor(frames) : Task.CompletedTask;
                if (room.IsCompleted) return Send(encoded);
            }
            await room.WaitAsync(cancel);
        }
    }

    internal async ValueTask<bool> WaitForRoom(CancellationToken cancel)
    {
        while (_state != SocketState.Gone && Session.RoomFor([]) is { IsCompleted: false } room) await room.WaitAsync(cancel);
        return Lives;
    }

    /// <summary>Where the socket's stream starts; what stands at or before it is not sent.</summary>
    internal void StartAt(long position) => _position = position;

    /// <summary>
    /// Sends what the socket missed, no faster than the client reads: a long absence must not look like a slow reader. Live events
    /// are held meanwhile. False if the client went away.
    /// </summary>
    internal async ValueTask<bool> Replay(IReadOnlyList<EncodedEvent> missed)
    {
        foreach (var encoded in missed)
        {
            while (_state != SocketState.Gone && Session.RoomFor(encoded.Frames) is { IsCompleted: false } room) await room;
            if (_state == SocketState.Gone || !Session.Send(encoded.Frames)) return false;
            if (encoded.Offset is { } offset) _position = offset.Position;
        }
        return true;
    }

    /// <summary>
    /// Lets the socket in: the answer to its CONNECT, then what was held for it. False if it went away or more was held than a queue
    /// takes.
    /// </summary>
    internal bool Open(Frame connected)
    {
        lock (Session.Gate)
        {
            if (_state != SocketState.Pending || !Session.Send(connected)) return false;

            foreach (var (encoded, frames) in _held ?? [])
            {
                // What was in the history when that was read has just been replayed.
                if (encoded?.Offset is { } offset)
                {
                    if (offset.Position <= _position) continue;

                    _position = offset.Position;
                }
                if (!Session.Send(frames)) return false;
            }
            _held = null;
            _state = SocketState.Connected;
            return true;
        }
    }

    /// <summary>Ends the stream; null if it had ended, otherwise the state it was in.</summary>
    internal SocketState? Close()
    {
        lock (Session.Gate)
        {
            if (_state == SocketState.Gone) return null;

            var before = _state;
            _state = SocketState.Gone;
            _held = null;
            Session.Queue.WakeSenders();
            return before;
        }
    }

    private Frame[] Frames(EncodedEvent encoded)
    {
        var its = socket.Namespace;
        if (!ReferenceEquals(encoded.Namespace, its.Name) && encoded.Namespace != its.Name)
            throw new ArgumentException($"The event is encoded for {encoded.Namespace}, the socket is in {its.Name}.", nameof(encoded));
        return (socket.IsBeyondRecovery ? encoded.Bare : its.Encoder.WithoutOffset(encoded)).Frames;
    }

    private bool Advance(EventOffset? offset)
    {
        if (offset is null) return true;
        if (offset.Position <= _position) return false;

        // A held event does not move the position: the replay that comes before it would be taken for a repeat.
        if (_state == SocketState.Connected) _position = offset.Position;
        return true;
    }

    private bool Hold(EncodedEvent? encoded, Frame[] frames)
    {
        _held ??= [];
        var limits = socket.Namespace.Server.Options.Engine;
        if (_held.Count >= limits.MaxQueuedPackets || _heldBytes > limits.MaxQueuedBytes)
        {
            Session.Close(DisconnectReason.SlowReader, CloseCode.SlowReader, CloseText.SlowReader);
            return false;
        }
        foreach (var frame in frames) _heldBytes += frame.Wire.Length;
        _held.Add((encoded, frames));
        return true;
    }
}
