using System.Collections.Concurrent;

namespace Vagus.SocketIO.Rooms;

/// <summary>Who is in a namespace and in its rooms, and whom an event reaches.</summary>
internal sealed class NamespaceMembers
{
    private readonly ConcurrentDictionary<string, ClientSocket> _sockets = new(StringComparer.Ordinal);
    private readonly RoomIndex _rooms = new();
    private readonly Room _everyone = new("");

    internal int Count => _sockets.Count;

    internal IReadOnlyList<ClientSocket> Connected => [.. _sockets.Values.Where(socket => socket.IsConnected)];

    /// <summary>Rooms with members, without the rooms that sockets have to themselves.</summary>
    internal IReadOnlyDictionary<string, int> Rooms() => _rooms.Counts();

    /// <summary>A socket of this id, also one that is not let in yet.</summary>
    internal ClientSocket? Find(string socketId) => _sockets.GetValueOrDefault(socketId);

    internal void Add(ClientSocket socket)
    {
        _sockets[socket.Id] = socket;
        _everyone.Add(socket);
        // It may have gone meanwhile, and then nobody else takes it out again.
        if (socket.IsGone) Remove(socket);
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

    /// <summary>Everyone a broadcast reaches, each once.</summary>
    internal void Select(EventAudience audience, Action<ClientSocket> action)
    {
        if (audience.Rooms.Count == 0 && audience.Except.Count == 0)
        {
            foreach (var socket in _everyone.Members()) if (socket is not null) action(socket);
            return;
        }

        var seen = audience.Rooms.Count > 1 ? new HashSet<ClientSocket>() : null;
        var excluded = Excluded(audience.Except);
        var rooms = Math.Max(audience.Rooms.Count, 1);
        for (var i = 0; i < rooms; i++)
        {
            foreach (var socket in MembersOf(audience.Rooms.Count == 0 ? null : audience.Rooms[i]))
            {
                if (socket is null || excluded?.Contains(socket) == true || seen?.Add(socket) == false) continue;

                action(socket);
            }
        }
    }

    private HashSet<ClientSocket>? Excluded(IReadOnlyList<string> rooms)
    {
        if (rooms.Count == 0) return null;

        var excluded = new HashSet<ClientSocket>();
        foreach (var room in rooms)
        {
            foreach (var socket in MembersOf(room)) if (socket is not null) excluded.Add(socket);
        }
        return excluded;
    }

    private ReadOnlySpan<ClientSocket?> MembersOf(string? room)
    {
        if (room is null) return _everyone.Members();
        if (_sockets.TryGetValue(room, out var own)) return new ClientSocket?[] { own };

        return _rooms.Members(room);
    }
}
