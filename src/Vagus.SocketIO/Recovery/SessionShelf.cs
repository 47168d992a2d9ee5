namespace Vagus.SocketIO.Recovery;

/// <summary>The rooms of sessions whose client is away, for a while. Bounded: the longest away goes first.</summary>
internal sealed class SessionShelf(RecoveryOptions limits, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<Absent>> _byId = new(StringComparer.Ordinal);
    private readonly LinkedList<Absent> _byTime = [];

    internal void Put(string socketId, IReadOnlyList<string> rooms)
    {
        lock (_gate)
        {
            if (_byId.Remove(socketId, out var older)) _byTime.Remove(older);
            _byId[socketId] = _byTime.AddLast(new Absent(socketId, rooms, clock.GetTimestamp()));
            while (_byTime.First is { } first && (_byTime.Count > limits.MaxSessions || HasExpired(first.Value))) Drop(first);
        }
    }

    /// <summary>Takes a session off the shelf: it can be continued once. Null if it is not there or was away for too long.</summary>
    internal IReadOnlyList<string>? Take(string socketId)
    {
        lock (_gate)
        {
            if (!_byId.TryGetValue(socketId, out var found)) return null;

            Drop(found);
            return HasExpired(found.Value) ? null : found.Value.Rooms;
        }
    }

    private bool HasExpired(Absent absent) => clock.GetElapsedTime(absent.Since) > limits.MaxDisconnection;

    private void Drop(LinkedListNode<Absent> node)
    {
        _byTime.Remove(node);
        _byId.Remove(node.Value.SocketId);
    }

    private sealed record Absent(string SocketId, IReadOnlyList<string> Rooms, long Since);
}
