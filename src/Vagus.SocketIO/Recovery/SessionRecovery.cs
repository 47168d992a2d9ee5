namespace Vagus.SocketIO.Recovery;

/// <summary>
/// Sessions that come back. The <c>pid</c> a client shows is sealed and names the socket, the identity and where the session began;
/// the rooms of the absent are remembered here. See the README, "Recovery".
/// </summary>
internal sealed class SessionRecovery
{
    private readonly RecoveryOptions _options;
    private readonly SessionSeal _seal;
    private readonly SessionShelf _shelf;
    private readonly Lock _gate = new();

    internal SessionRecovery(RecoveryOptions options, TimeProvider clock)
    {
        _options = options;
        _seal = new SessionSeal(options.Key, options.FormerKeys);
        _shelf = new SessionShelf(options, clock);
        History = options.History ?? new MemoryHistory(options);
    }

    internal IEventHistory History { get; }

    /// <summary>
    /// Lets a socket that has passed its middleware into the namespace, as the old session again if that can be done without a
    /// hole, otherwise as a new one. Until it is opened everything for it is held.
    /// </summary>
    internal async ValueTask<(IReadOnlyList<EncodedEvent> Missed, string? Pid)> Admit(ClientSocket socket)
    {
        if (Claim(socket) is { } claim && await Recover(socket, claim) is { } missed) return (missed, claim.Pid);

        if (socket.Identity is null)
        {
            socket.IsBeyondRecovery = true;
            socket.Namespace.Members.Add(socket);
            return ([], null);
        }
        // First where the stream stands, then the door: an event in between may be replayed later, but none can be lost.
        var head = await History.Head(socket, socket.Gone);
        socket.Stream.StartAt(head.Position);
        socket.Namespace.Members.Add(socket);
        return ([], _seal.Seal(new SessionClaim(socket.Namespace.Name, socket.Id, socket.Identity, head.Text)));
    }

    internal void Keep(ClientSocket socket, DisconnectReason reason)
    {
        if (reason.Recoverable() && socket.Identity is not null) _shelf.Put(socket.Id, socket.Rooms);
    }

    private async ValueTask<IReadOnlyList<EncodedEvent>?> Recover(
        ClientSocket socket, (string Pid, SessionClaim Session, string Offset) claim)
    {
        var freshId = socket.Id;
        if (TakeOver(socket, claim.Session.SocketId) is not { } rooms) return null;

        var joined = rooms.Where(room => !socket.IsIn(room) && socket.Join(room)).ToArray();
        var replay = await History.Since(socket, claim.Offset, _options.MaxReplay, socket.Gone);
        socket.Namespace.Server.Metrics.Recovered(complete: replay is not null);
        if (replay is not null)
        {
            socket.Recovered = true;
            socket.Stream.StartAt(replay.After);
            return replay.Events;
        }
        socket.Namespace.Members.Withdraw(socket);
        socket.Id = freshId;
        foreach (var room in joined) socket.Leave(room);
        return null;
    }

    /// <summary>
    /// Puts the socket in the place of the session, whose rooms are returned; null if there is no such session. A connection that
    /// still holds it is cut off: whatever it does later concerns a socket that is gone.
    /// </summary>
    private IReadOnlyList<string>? TakeOver(ClientSocket socket, string sessionId)
    {
        ClientSocket? previous;
        IReadOnlyList<string>? rooms;
        lock (_gate)
        {
            previous = socket.Namespace.Members.Find(sessionId);
            rooms = previous?.Rooms ?? _shelf.Take(sessionId) ?? (_options.Key is null ? null : []);
            if (rooms is null) return null;

            socket.Id = sessionId;
            socket.Namespace.Members.Add(socket);
        }
        previous?.Client.Session.Close(DisconnectReason.Replaced, CloseCode.Replaced, CloseText.Replaced);
        return rooms;
    }

    /// <summary>What the client claims to continue, if the claim is genuine and its own.</summary>
    private (string Pid, SessionClaim Session, string Offset)? Claim(ClientSocket socket)
    {
        if (socket.Identity is null || socket.Handshake.AuthText("pid") is not { } pid || _seal.Open(pid) is not { } session) return null;
        if (session.Identity != socket.Identity || session.Namespace != socket.Namespace.Name) return null;

        return (pid, session, socket.Handshake.AuthText("offset") ?? session.Since);
    }
}
