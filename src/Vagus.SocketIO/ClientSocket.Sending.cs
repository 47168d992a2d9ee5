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
    /// Lets the socket in: first what it missed, then the answer to its CONNECT, then what came up meanwhile. False if it went
    /// away or more was held for it than a queue takes.
    /// </summary>
    internal bool Open(IReadOnlyList<EncodedEvent> missed, Frame connected)
    {
        lock (_client.Session.Gate)
        {
            if (_state != SocketState.Pending) return false;

            var last = missed.Count > 0 ? missed[^1].Offset?.Position ?? 0 : _position;
            foreach (var occurrence in missed) if (!_client.Session.Send(occurrence.Frames)) return false;
            if (!_client.Session.Send(connected)) return false;

            foreach (var (occurrence, frames) in _held ?? [])
            {
                // It was in the history when that was read, so it has just been sent.
                if (occurrence?.Offset is { } offset && offset.Position <= last) continue;

                _client.Session.Send(frames);
            }
            _held = null;
            _position = Math.Max(_position, last);
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
        if (wasConnected) Namespace.Server.Recovery?.Keep(this, reason);
        Namespace.Remove(this);
        FailAcks();
        _gone?.Cancel();
        if (wasConnected) RunDisconnected(reason);
        return true;
    }

    private Frame[] Frames(EncodedEvent encoded) =>
        ReferenceEquals(encoded.Namespace, Namespace.Name) || encoded.Namespace == Namespace.Name
            ? Namespace.Encoder.WithoutOffset(encoded).Frames
            : throw new ArgumentException($"The event is encoded for {encoded.Namespace}, the socket is in {Namespace.Name}.", nameof(encoded));

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
        if (_held.Count >= Namespace.Server.Options.Engine.MaxQueuedPackets)
        {
            _client.Session.Close(DisconnectReason.SlowReader, CloseCode.SlowReader);
            return false;
        }
        _held.Add((occurrence, frames));
        return true;
    }
}
