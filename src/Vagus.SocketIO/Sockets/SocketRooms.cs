using Vagus.SocketIO.Rooms;

namespace Vagus.SocketIO.Sockets;

/// <summary>The rooms that one socket is in, without its own.</summary>
internal sealed class SocketRooms(ClientSocket socket)
{
    private readonly Lock _gate = new();
    private Room?[] _rooms = [];

    internal IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate) return [.. _rooms.OfType<Room>().Select(room => room.Name)];
        }
    }

    internal bool Join(string room)
    {
        lock (_gate)
        {
            if (socket.IsGone) return false;
            if (IndexOf(room) >= 0) return true;

            var most = socket.Namespace.Server.Options.MaxRoomsPerSocket;
            var free = Array.IndexOf(_rooms, null);
            if (free < 0 && _rooms.Length >= most) return false;

            if (free < 0)
            {
                free = _rooms.Length;
                Array.Resize(ref _rooms, Math.Min(Math.Max(2, free * 2), most));
            }
            _rooms[free] = socket.Namespace.Members.JoinRoom(socket, room);
            return true;
        }
    }

    internal void Leave(string room)
    {
        lock (_gate)
        {
            var index = IndexOf(room);
            if (index < 0) return;

            socket.Namespace.Members.LeaveRoom(socket, _rooms[index]!);
            _rooms[index] = null;
        }
    }

    internal bool Contains(string room)
    {
        lock (_gate) return IndexOf(room) >= 0;
    }

    internal void LeaveAll()
    {
        lock (_gate)
        {
            foreach (var room in _rooms) if (room is not null) socket.Namespace.Members.LeaveRoom(socket, room);
            _rooms = [];
        }
    }

    private int IndexOf(string name) => Array.FindIndex(_rooms, room => room is not null && room.Name == name);
}
