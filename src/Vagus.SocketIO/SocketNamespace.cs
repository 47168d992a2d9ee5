using Vagus.SocketIO.Packets;
using Vagus.SocketIO.Rooms;

namespace Vagus.SocketIO;

/// <summary>A namespace: what its clients may do (set up once, at start) and whom it reaches.</summary>
public sealed class SocketNamespace
{
    private readonly Dictionary<string, OnEvent> _handlers = new(StringComparer.Ordinal);
    private readonly Lock _order = new();
    private long _lastAck;

    internal SocketNamespace(string name, SocketIOServer server)
    {
        Name = name;
        NameUtf8 = System.Text.Encoding.UTF8.GetBytes(name);
        Server = server;
        Encoder = new EventEncoder(name, server.Options);
    }

    public string Name { get; }

    /// <summary>The sockets that are connected now.</summary>
    public IReadOnlyList<ClientSocket> Sockets => Members.Connected;

    public int Count => Members.Count;

    internal SocketIOServer Server { get; }

    internal byte[] NameUtf8 { get; }

    internal EventEncoder Encoder { get; }

    internal NamespaceMembers Members { get; } = new();

    internal List<OnConnecting> Middleware { get; } = [];

    internal List<Func<ClientSocket, CancellationToken, ValueTask>> Connected { get; } = [];

    internal List<Func<ClientSocket, DisconnectReason, ValueTask>> Disconnected { get; } = [];

    internal OnEvent? Fallback { get; private set; }

    /// <summary>Adds a middleware. They run in order, and the first refusal ends the attempt.</summary>
    public SocketNamespace Use(OnConnecting middleware)
    {
        Middleware.Add(middleware);
        return this;
    }

    /// <summary>Runs when a socket is in; its events wait until this is done.</summary>
    public SocketNamespace OnConnect(Func<ClientSocket, CancellationToken, ValueTask> handler)
    {
        Connected.Add(handler);
        return this;
    }

    public SocketNamespace OnDisconnect(Func<ClientSocket, DisconnectReason, ValueTask> handler)
    {
        Disconnected.Add(handler);
        return this;
    }

    /// <summary>Handles an event with all its arguments as they came. Events of one socket are handled one after the other.</summary>
    public SocketNamespace On(string name, OnEvent handler)
    {
        if (EventNames.IsReserved(name)) throw new ArgumentException($"'{name}' is reserved.", nameof(name));
        if (!_handlers.TryAdd(name, handler)) throw new ArgumentException($"'{name}' has a handler in {Name}.", nameof(name));

        return this;
    }

    /// <summary>Handles every event that has no handler of its own.</summary>
    public SocketNamespace OnAny(OnEvent handler)
    {
        Fallback = handler;
        return this;
    }

    public ClientSocket? Find(string socketId) => Members.Find(socketId) is { IsConnected: true } found ? found : null;

    /// <summary>Rooms with members, without the rooms that sockets have to themselves.</summary>
    public IReadOnlyDictionary<string, int> Rooms() => Members.Rooms();

    public BroadcastTarget To(params ReadOnlySpan<string> rooms) => BroadcastTarget.All(this).To(rooms);

    public BroadcastTarget Except(params ReadOnlySpan<string> rooms) => BroadcastTarget.All(this).Except(rooms);

    /// <summary>Sends to every socket of the namespace.</summary>
    public void Emit(string name, params ReadOnlySpan<object?> arguments) => BroadcastTarget.All(this).Emit(name, arguments);

    /// <summary>Encodes an event once, from objects.</summary>
    public EncodedEvent Encode(string name, params ReadOnlySpan<object?> arguments) => Encoder.Encode(name, arguments);

    /// <summary>
    /// Encodes an event once, from arguments that are JSON already (UTF-8, separated by commas, no brackets; trusted, not parsed).
    /// With an offset, a socket that was sent this position or a later one ignores it.
    /// </summary>
    public EncodedEvent Encode(string name, ReadOnlyMemory<byte> argumentsJson, EventOffset? offset = null) =>
        new(Name, name, argumentsJson, [], offset);

    /// <summary>Sends one encoded event to sockets that the caller chose. It is not put into the history.</summary>
    public void Send(EncodedEvent encoded, params ReadOnlySpan<ClientSocket> sockets)
    {
        if (encoded.Namespace != Name) throw new ArgumentException($"The event is encoded for {encoded.Namespace}.", nameof(encoded));

        foreach (var socket in sockets) socket.Send(encoded);
    }

    internal OnEvent? HandlerOf(string name) => _handlers.GetValueOrDefault(name) ?? Fallback;

    internal void Broadcast(BroadcastTarget target, EncodedEvent encoded)
    {
        var audience = target.Audience;
        if (target.IsVolatile || Server.Recovery is not { } recovery || encoded.Offset is not null)
        {
            Deliver(target, encoded);
            return;
        }

        // One order for all: a client that has seen position n must have been sent everything before n.
        lock (_order)
        {
            encoded = recovery.History.Append(encoded, audience);
            Deliver(target, encoded);
        }
    }

    internal void EmitTo(ClientSocket socket, EncodedEvent encoded)
    {
        if (Server.Recovery is not { } recovery)
        {
            socket.Send(encoded);
            return;
        }

        lock (_order)
        {
            socket.Send(recovery.History.Append(encoded, new EventAudience([socket.Id], [])));
        }
    }

    internal long NextAck() => Interlocked.Increment(ref _lastAck) - 1;

    private void Deliver(BroadcastTarget target, EncodedEvent encoded)
    {
        if (target.IsVolatile) Members.Select(target.Audience, socket => socket.SendVolatile(encoded));
        else Members.Select(target.Audience, socket => socket.Send(encoded));
    }
}
