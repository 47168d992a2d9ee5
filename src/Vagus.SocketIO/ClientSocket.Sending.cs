namespace Vagus.SocketIO;

internal enum SocketState : byte
{
    /// <summary>Its middleware runs, or its session is being recovered. What is sent to it is held.</summary>
    Pending,
    Connected,
    Gone,
}

public sealed partial class ClientSocket
{
    private volatile SocketState _state;
    private List<(EncodedEvent? Event, Frame[] Frames)>? _held;
    private long _position;
    private long _heldBytes;

    /// <summary>
    /// Sends one encoded event, which is not put into the history. False if the socket is gone, was sent this position before, or
    /// reads too slowly (and is then closed, to come back).
    /// </summary>
    public bool Send(EncodedEvent encoded)
    {
        // Whoever is connected and follows no history takes the short way.
        if (encoded.Offset is null && _state == SocketState.Connected) return _client.Session.Send(Frames(encoded));

        lock (_client.Session.Gate)
        {
            if (_state == SocketState.Gone || !Advance(encoded.Offset)) return false;
            if (_state == SocketState.Connected) return _client.Session.Send(Frames(encoded));

            return Hold(encoded, Frames(encoded));
        }
    }

    /// <summary>Sends only what can go out at once; otherwise it is dropped, and false.</summary>
    public bool SendVolatile(EncodedEvent encoded) =>
        _state == SocketState.Connected && _client.Session.SendVolatile(Frames(encoded));

    /// <summary>Where the socket's stream starts; what stands at or before it is not sent.</summary>
    internal void StartAt(long position) => _position = position;

    /// <summary>
    /// Sends what the socket missed, no faster than the client reads: a long absence must not look like a slow reader. Live events
    /// are held meanwhile. False if the client went away.
    /// </summary>
    internal async ValueTask<bool> Replay(IReadOnlyList<EncodedEvent> missed)
    {
        foreach (var occurrence in missed)
        {
            while (_state != SocketState.Gone && _client.Session.RoomFor(occurrence.Frames) is { IsCompleted: false } room) await room;
            if (_state == SocketState.Gone || !_client.Session.Send(occurrence.Frames)) return false;
            if (occurrence.Offset is { } offset) _position = offset.Position;
        }
        return true;
    }

    /// <summary>
    /// Lets the socket in: the answer to its CONNECT, then what was held for it. False if it went away or more was held than a queue
    /// takes.
    /// </summary>
    internal bool Open(Frame connected)
    {
        lock (_client.Session.Gate)
        {
            if (_state != SocketState.Pending) return false;

            if (!_client.Session.Send(connected)) return false;

            foreach (var (occurrence, frames) in _held ?? [])
            {
                // What was in the history when that was read has just been replayed.
                if (occurrence?.Offset is { } offset)
                {
                    if (offset.Position <= _position) continue;

                    _position = offset.Position;
                }
                if (!_client.Session.Send(frames)) return false;
            }
            _held = null;
            _state = SocketState.Connected;
            return true;
        }
    }

    /// <summary>Takes the socket out of everything, once. The caller tells the client, if there is one to tell.</summary>
    internal bool Leave(DisconnectReason reason)
    {
        bool wasConnected;
        lock (_client.Session.Gate)
        {
            if (_state == SocketState.Gone) return false;

            wasConnected = _state == SocketState.Connected;
            _state = SocketState.Gone;
            _held = null;
        }
        _client.Session.WakeSenders();
        // One whose replay was cut short comes back to the same session, further on.
        if (wasConnected || Recovered) Namespace.Server.Recovery?.Keep(this, reason);
        Namespace.Remove(this);
        FailAcks();
        _gone?.Cancel();
        if (wasConnected) RunDisconnected(reason);
        return true;
    }

    private Frame[] Frames(EncodedEvent encoded) =>
        ReferenceEquals(encoded.Namespace, Namespace.Name) || encoded.Namespace == Namespace.Name
            ? (IsBeyondRecovery ? encoded.Bare : Namespace.Encoder.WithoutOffset(encoded)).Frames
            : throw new ArgumentException(
                $"The event is encoded for {encoded.Namespace}, the socket is in {Namespace.Name}.", nameof(encoded));

    private bool Advance(EventOffset? offset)
    {
        if (offset is null) return true;
        if (offset.Position <= _position) return false;

        // While it is held the position stays: what is replayed must not be taken for a repeat.
        if (_state == SocketState.Connected) _position = offset.Position;
        return true;
    }

    private bool Hold(EncodedEvent? occurrence, Frame[] frames)
    {
        _held ??= [];
        var limits = Namespace.Server.Options.Engine;
        if (_held.Count >= limits.MaxQueuedPackets || _heldBytes > limits.MaxQueuedBytes)
        {
            _client.Session.Close(DisconnectReason.SlowReader, CloseCode.SlowReader, CloseText.SlowReader);
            return false;
        }
        foreach (var frame in frames) _heldBytes += frame.Wire.Length;
        _held.Add((occurrence, frames));
        return true;
    }
}
