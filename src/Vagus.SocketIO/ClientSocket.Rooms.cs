namespace Vagus.SocketIO;

public sealed partial class ClientSocket
{
    private readonly Lock _roomsGate = new();
    private Room?[] _rooms = [];

    /// <summary>The rooms that this socket is in, without its own.</summary>
    public IReadOnlyList<string> Rooms
    {
        get
        {
            lock (_roomsGate) return [.. _rooms.OfType<Room>().Select(room => room.Name)];
        }
    }

    /// <summary>Joins a room; in force when the call returns. False if the socket is gone or in too many rooms.</summary>
    public bool Join(string room)
    {
        lock (_roomsGate)
        {
            if (_state == SocketState.Gone) return false;
            if (IndexOf(room) >= 0) return true;

            var free = Array.IndexOf(_rooms, null);
            if (free < 0 && _rooms.Length >= Namespace.Server.Options.MaxRoomsPerSocket) return false;

            if (free < 0)
            {
                free = _rooms.Length;
                Array.Resize(ref _rooms, Math.Min(Math.Max(2, free * 2), Namespace.Server.Options.MaxRoomsPerSocket));
            }
            _rooms[free] = Namespace.JoinRoom(this, room);
            return true;
        }
    }

    /// <summary>Leaves a room; in force when the call returns.</summary>
    public void Leave(string room)
    {
        lock (_roomsGate)
        {
            var index = IndexOf(room);
            if (index < 0) return;

            Namespace.LeaveRoom(this, _rooms[index]!);
            _rooms[index] = null;
        }
    }

    public bool IsIn(string room)
    {
        lock (_roomsGate) return IndexOf(room) >= 0;
    }

    internal void LeaveAll()
    {
        lock (_roomsGate)
        {
            foreach (var room in _rooms) if (room is not null) Namespace.LeaveRoom(this, room);
            _rooms = [];
        }
    }

    private int IndexOf(string name) => Array.FindIndex(_rooms, room => room is not null && room.Name == name);
}
