using System.Collections.Concurrent;
using Vagus.SocketIO.Packets;
using Vagus.SocketIO.Rooms;
using Vagus.SocketIO.Sockets;

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
        NameUtf8 = System.Text.Encoding.UTF8.GetBytes(name);
        Server = server;
        Encoder = new EventEncoder(name, server.Options);
    }

    public string Name { get; }

    /// <summary>The sockets that are connected now.</summary>
    public IReadOnlyList<ClientSocket> Sockets => [.. _sockets.Values.Where(socket => socket.IsConnected)];

    public int Count => _sockets.Count;

    internal SocketIOServer Server { get; }

    internal byte[] NameUtf8 { get; }

    internal EventEncoder Encoder { get; }

    public ClientSocket? Find(string socketId) => FindAny(socketId) is { IsConnected: true } found ? found : null;

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
        if (encoded.Namespace != Name) throw new ArgumentException($"The event is encoded for {encoded.Namespace}.", nameof(encoded));

        foreach (var socket in sockets) socket.Send(encoded);
    }

    /// <summary>A socket of this id, also one that is not let in yet.</summary>
    internal ClientSocket? FindAny(string socketId) => _sockets.GetValueOrDefault(socketId);

    internal void Add(ClientSocket socket)
    {
        _sockets[socket.Id] = socket;
        _everyone.Add(socket);
        // It may have gone meanwhile, and then nobody else takes it out again.
        if (socket.State == SocketState.Gone) Remove(socket);
    }

    internal void Remove(ClientSocket socket)
    {
        Withdraw(socket);
        socket.LeaveAllRooms();
    }

    /// <summary>Takes a socket out of the namespace but leaves it its rooms.</summary>
    internal void Withdraw(ClientSocket socket)
    {
        // Another socket may have the id by now: a session that came back over a new connection.
        _sockets.TryRemove(new KeyValuePair<string, ClientSocket>(socket.Id, socket));
        _everyone.Remove(socket);
    }

    internal Room JoinRoom(ClientSocket socket, string room) => _rooms.Add(socket, room);

    internal void LeaveRoom(ClientSocket socket, Room room) => _rooms.Remove(socket, room);

    internal long NextAck() => Interlocked.Increment(ref _lastAck) - 1;
}
