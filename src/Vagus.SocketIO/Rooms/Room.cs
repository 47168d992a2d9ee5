namespace Vagus.SocketIO.Rooms;

/// <summary>
/// The members of a room. A broadcast works on a snapshot: an array to which members are only added, and in which one
/// that leaves becomes null. When half is null a new array takes its place. So nobody is met twice in one snapshot.
/// </summary>
internal sealed class Room(string name)
{
    private readonly Lock _gate = new();
    private ClientSocket?[] _slots = [];
    private int _used;
    private int _members;
    private bool _closed;

    internal string Name => name;

    internal int Count => Volatile.Read(ref _members);

    /// <summary>The members now, and nulls between them.</summary>
    internal ReadOnlySpan<ClientSocket?> Members()
    {
        lock (_gate) return _slots.AsSpan(0, _used);
    }

    /// <summary>False if the room has been emptied and taken down meanwhile.</summary>
    internal bool Add(ClientSocket socket)
    {
        lock (_gate)
        {
            if (_closed) return false;

            if (_used == _slots.Length) Array.Resize(ref _slots, Math.Max(4, _slots.Length * 2));
            _slots[_used++] = socket;
            _members++;
            return true;
        }
    }

    internal void Remove(ClientSocket socket)
    {
        lock (_gate)
        {
            var index = Array.IndexOf(_slots, socket, 0, _used);
            if (index < 0) return;

            _slots[index] = null;
            _members--;
            if (_used > 16 && _members < _used / 2) Compact();
        }
    }

    /// <summary>Takes the room down if nobody is in it.</summary>
    internal bool CloseIfEmpty()
    {
        lock (_gate) return _closed = _closed || _members == 0;
    }

    private void Compact()
    {
        var slots = new ClientSocket?[Math.Max(4, _members + (_members / 4))];
        var at = 0;
        foreach (var member in _slots.AsSpan(0, _used)) if (member is not null) slots[at++] = member;
        _slots = slots;
        _used = at;
    }
}
