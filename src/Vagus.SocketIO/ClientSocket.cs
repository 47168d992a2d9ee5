using System.Collections.Concurrent;
using System.Security.Claims;
using Vagus.SocketIO.Packets;
using Vagus.SocketIO.Sockets;

namespace Vagus.SocketIO;

/// <summary>One client in one namespace.</summary>
public sealed class ClientSocket
{
    private readonly SocketIOClient _client;
    private readonly SocketRooms _rooms;
    private ConcurrentDictionary<object, object?>? _items;
    private CancellationTokenSource? _gone;

    internal ClientSocket(SocketIOClient client, SocketNamespace @namespace, string id, Handshake handshake)
    {
        _client = client;
        Namespace = @namespace;
        Id = id;
        Handshake = handshake;
        User = handshake.Engine.User;
        Stream = new SocketStream(this);
        Events = new SocketEvents(this);
        Acks = new PendingAcks(this);
        _rooms = new SocketRooms(this);
    }

    /// <summary>The public id of this socket, and the name of the room that it has to itself.</summary>
    public string Id { get; internal set; }

    public SocketNamespace Namespace { get; }

    public Handshake Handshake { get; }

    /// <summary>Who this is; the handshake's user until a middleware sets another.</summary>
    public ClaimsPrincipal? User { get; set; }

    /// <summary>
    /// Names the person or service that a session belongs to. A session is recovered only by the same identity; without one
    /// it is not recovered at all. A middleware sets it.
    /// </summary>
    public string? Identity { get; set; }

    /// <summary>What the application keeps for this socket.</summary>
    public IDictionary<object, object?> Items => _items ?? Interlocked.CompareExchange(ref _items, [], null) ?? _items;

    public bool IsConnected => State == SocketState.Connected;

    /// <summary>Whether this is an earlier session come back, with its id and rooms and without a hole in its events.</summary>
    public bool Recovered { get; internal set; }

    /// <summary>It has no identity, so it got no <c>pid</c> and can never use an offset: none is sent to it.</summary>
    internal bool IsBeyondRecovery { get; set; }

    /// <summary>Cancelled when the socket is gone.</summary>
    public CancellationToken Gone => GoneSource().Token;

    /// <summary>The rooms that this socket is in, without its own.</summary>
    public IReadOnlyList<string> Rooms => _rooms.Names;

    /// <summary>Packets that wait to be written to this socket's connection.</summary>
    public int Backlog
    {
        get
        {
            lock (_client.Session.Gate) return _client.Session.Queue.Count;
        }
    }

    /// <summary>
    /// Whether the queue of this socket's connection is at most half full, by <see cref="EngineOptions.MaxQueuedPackets"/> and by
    /// <see cref="EngineOptions.MaxQueuedBytes"/>.
    /// </summary>
    public bool HasRoom
    {
        get
        {
            lock (_client.Session.Gate) return _client.Session.Queue.HasRoom;
        }
    }

    /// <summary>Everyone in the namespace but this socket.</summary>
    public BroadcastTarget Broadcast => BroadcastTarget.All(Namespace).Except(Id);

    internal SocketState State => Stream.State;

    internal bool IsGone => State == SocketState.Gone;

    internal SocketStream Stream { get; }

    internal SocketEvents Events { get; }

    internal PendingAcks Acks { get; }

    internal SocketIOClient Client => _client;

    /// <summary>Everyone in these rooms but this socket.</summary>
    public BroadcastTarget To(params ReadOnlySpan<string> rooms) => Broadcast.To(rooms);

    public void Emit(string name, params ReadOnlySpan<object?> arguments) => Namespace.EmitTo(this, Namespace.Encode(name, arguments));

    /// <summary>Emits what is encoded already; with recovery on it is put into the history, as <see cref="Send"/> does not.</summary>
    public void Emit(EncodedEvent encoded) => Namespace.EmitTo(this, encoded);

    /// <summary>Sends only if nothing waits for this client; otherwise the event is dropped.</summary>
    public void EmitVolatile(string name, params ReadOnlySpan<object?> arguments) => SendVolatile(Namespace.Encode(name, arguments));

    /// <summary>Sends and waits for the client's acknowledgement; null when none came in time or the socket went away.</summary>
    public Task<EventArguments?> EmitWithAck(
        string name, ReadOnlyMemory<object?> arguments, TimeSpan? limit = null, CancellationToken cancel = default)
    {
        var ack = Namespace.NextAck();
        var frames = Namespace.Encode(name, arguments.Span).FramesWithAck(ack);
        return Acks.Send(frames, ack, limit ?? Namespace.Server.Options.AckTimeout, cancel);
    }

    /// <summary>Joins a room; in force when the call returns. False if the socket is gone or in too many rooms.</summary>
    public bool Join(string room) => _rooms.Join(room);

    /// <summary>Leaves a room; in force when the call returns.</summary>
    public void Leave(string room) => _rooms.Leave(room);

    public bool IsIn(string room) => _rooms.Contains(room);

    /// <summary>
    /// Sends one encoded event, which is not put into the history. False if the socket is gone, was sent this position before, or
    /// reads too slowly (and is then closed, to come back).
    /// </summary>
    public bool Send(EncodedEvent encoded) => Stream.Send(encoded);

    /// <summary>Sends only what can go out at once; otherwise it is dropped, and false.</summary>
    public bool SendVolatile(EncodedEvent encoded) => Stream.SendVolatile(encoded);

    /// <summary>
    /// Sends one encoded event as <see cref="Send"/> does, but waits for room first, so that a client that reads slowly is not closed for
    /// it. Calls that wait at the same time may overtake each other: a sender that needs an order awaits each call. A socket that is not
    /// let in yet holds the event and does not wait.
    /// </summary>
    public ValueTask<bool> SendWhenRoom(EncodedEvent encoded, CancellationToken cancel = default) => Stream.SendWhenRoom(encoded, cancel);

    /// <summary>
    /// Waits until <see cref="HasRoom"/>. False: the socket is gone or its connection is being closed. A client that takes nothing for
    /// <see cref="EngineOptions.SendTimeout"/> meanwhile is closed as a slow reader.
    /// </summary>
    public ValueTask<bool> WaitForRoom(CancellationToken cancel = default) => Stream.WaitForRoom(cancel);

    /// <summary>Sends the client away from this namespace; it does not come back by itself.</summary>
    public void Disconnect(bool closeConnection = false)
    {
        if (!Leave(DisconnectReason.ServerLeft)) return;

        _client.Session.Send(ControlFrames.Disconnect(Namespace.Name));
        _client.Forget(this);
        if (closeConnection) _client.Session.Close(DisconnectReason.ServerLeft, CloseCode.Normal);
    }

    /// <summary>
    /// Closes the whole connection; the client comes back by itself and authenticates anew. On WebSocket it is told the code and the text,
    /// of at most 123 bytes.
    /// </summary>
    public void Close(ushort code = CloseCode.ServiceRestart, string text = "") =>
        _client.Session.Close(DisconnectReason.ServerClosed, code, CloseText.Checked(text));

    /// <summary>Takes the socket out of everything, once. The caller tells the client, if there is one to tell.</summary>
    internal bool Leave(DisconnectReason reason)
    {
        if (Stream.Close() is not { } before) return false;

        // One whose replay was cut short comes back to the same session, further on.
        if (before == SocketState.Connected || Recovered) Namespace.Server.Recovery?.Keep(this, reason);
        Namespace.Members.Remove(this);
        Acks.FailAll();
        _gone?.Cancel();
        if (before == SocketState.Connected) Events.RunDisconnected(reason);
        return true;
    }

    internal void LeaveAllRooms() => _rooms.LeaveAll();

    internal void Answer(long ack, ReadOnlySpan<object?> arguments)
    {
        var (json, attachments) = EventEncoder.Encode(arguments, Namespace.Server.Options.Json);
        Answer(ack, json, attachments);
    }

    internal void Answer(long ack, EventArguments arguments) => Answer(ack, arguments.Json.Span, [.. arguments.Attachments]);

    private void Answer(long ack, ReadOnlySpan<byte> json, byte[][] attachments)
    {
        if (!IsGone) _client.Session.Send(EventFrames.BuildAck(Namespace.Name, ack, json, attachments));
    }

    private CancellationTokenSource GoneSource()
    {
        if (_gone is { } source) return source;

        Interlocked.CompareExchange(ref _gone, new CancellationTokenSource(), null);
        if (IsGone) _gone.Cancel();
        return _gone;
    }
}
