using System.Collections.Concurrent;

namespace Vagus.SocketIO.Rooms;

/// <summary>The rooms of a namespace by name. A room exists while it has members.</summary>
internal sealed class RoomIndex
{
    private readonly ConcurrentDictionary<string, Room> _rooms = new(StringComparer.Ordinal);

    internal ReadOnlySpan<ClientSocket?> Members(string name) => _rooms.TryGetValue(name, out var room) ? room.Members() : default;

    internal Dictionary<string, int> Counts() =>
        _rooms.Where(room => room.Value.Count > 0).ToDictionary(room => room.Key, room => room.Value.Count, StringComparer.Ordinal);

    internal Room Add(ClientSocket socket, string name)
    {
        while (true)
        {
            var room = _rooms.GetOrAdd(name, static key => new Room(key));
            if (room.Add(socket)) return room;

            // Its last member left between the two lines above; it is on its way out of the index.
            _rooms.TryRemove(new KeyValuePair<string, Room>(name, room));
        }
    }

    internal void Remove(ClientSocket socket, Room room)
    {
        room.Remove(socket);
        if (room.Count == 0 && room.CloseIfEmpty()) _rooms.TryRemove(new KeyValuePair<string, Room>(room.Name, room));
    }
}
