using System.Collections.Concurrent;

namespace Vagus.SocketIO;

/// <summary>A namespace: what its clients may do (set up once, at start) and whom it reaches.</summary>
public sealed partial class SocketNamespace
{
    private readonly ConcurrentDictionary<string, ClientSocket> _sockets = new(StringComparer.Ordinal);
    private readonly RoomIndex _rooms = new();
    private readonly Room _everyone = new("");
    private readonly Lock _order = new();
    private long _lastAck;

    internal SocketNamespace(string name, SocketIOServer server)
    {
        Name = name;
        Server = server;
        Encoder = new EventEncoder(name, server.Options);
    }

    public string Name { get; }

    /// <summary>The connected sockets. The collection is live.</summary>
    public IReadOnlyCollection<ClientSocket> Sockets => (IReadOnlyCollection<ClientSocket>)_sockets.Values;

    public int Count => _sockets.Count;

    internal SocketIOServer Server { get; }

    internal EventEncoder Encoder { get; }

    public ClientSocket? Find(string socketId) => _sockets.GetValueOrDefault(socketId);

    /// <summary>Rooms with members, without the rooms that sockets have to themselves.</summary>
    public IReadOnlyDictionary<string, int> Rooms() => _rooms.Counts();

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
        foreach (var socket in sockets) socket.Send(encoded);
    }

    internal bool Add(ClientSocket socket)
    {
        if (!_sockets.TryAdd(socket.Id, socket)) return false;

        _everyone.Add(socket);
        return true;
    }

    internal void Remove(ClientSocket socket)
    {
        if (_sockets.TryRemove(new KeyValuePair<string, ClientSocket>(socket.Id, socket))) _everyone.Remove(socket);
        socket.LeaveAll();
    }

    internal Room JoinRoom(ClientSocket socket, string room) => _rooms.Add(socket, room);

    internal void LeaveRoom(ClientSocket socket, Room room) => _rooms.Remove(socket, room);

    internal long NextAck() => Interlocked.Increment(ref _lastAck) - 1;
}
