namespace Vagus.SocketIO;

public sealed partial class SocketNamespace
{
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

    private void Deliver(BroadcastTarget target, EncodedEvent encoded)
    {
        if (target.IsVolatile) Select(target.Audience, socket => socket.SendVolatile(encoded));
        else Select(target.Audience, socket => socket.Send(encoded));
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
