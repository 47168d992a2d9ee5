namespace Vagus.SocketIO;

/// <summary>Whom to reach: rooms of a namespace, less some. Each call gives a new target, so that one can be kept and reused.</summary>
public sealed class BroadcastTarget
{
    private readonly SocketNamespace _namespace;

    internal BroadcastTarget(SocketNamespace @namespace, EventAudience audience, bool isVolatile)
    {
        _namespace = @namespace;
        Audience = audience;
        IsVolatile = isVolatile;
    }

    public EventAudience Audience { get; }

    internal bool IsVolatile { get; }

    internal static BroadcastTarget All(SocketNamespace @namespace) => new(@namespace, EventAudience.Everyone, isVolatile: false);

    /// <summary>Adds rooms; a socket in several of them is reached once.</summary>
    public BroadcastTarget To(params ReadOnlySpan<string> rooms) =>
        new(_namespace, Audience with { Rooms = [.. Audience.Rooms, .. rooms] }, IsVolatile);

    /// <summary>Leaves out the sockets in these rooms; a socket's id names it alone.</summary>
    public BroadcastTarget Except(params ReadOnlySpan<string> rooms) =>
        new(_namespace, Audience with { Except = [.. Audience.Except, .. rooms] }, IsVolatile);

    /// <summary>Skips clients that are not ready to receive, and is never replayed.</summary>
    public BroadcastTarget Volatile() => new(_namespace, Audience, isVolatile: true);

    public void Emit(string name, params ReadOnlySpan<object?> arguments) => _namespace.Broadcast(this, _namespace.Encode(name, arguments));

    /// <summary>Sends what was encoded once before.</summary>
    public void Send(EncodedEvent encoded) => _namespace.Broadcast(this, encoded);

    /// <summary>
    /// Asks everyone on this node for an acknowledgement and waits for all of them, at most for <paramref name="limit"/>.
    /// </summary>
    public async Task<BroadcastAcks> EmitWithAck(
        string name, ReadOnlyMemory<object?> arguments, TimeSpan limit, CancellationToken cancel = default)
    {
        var encoded = _namespace.Encode(name, arguments.Span);
        var ack = _namespace.NextAck();
        var frames = encoded.FramesWithAck(ack);
        var pending = new List<Task<EventArguments?>>();
        _namespace.Members.Select(Audience, socket => pending.Add(socket.Acks.Send(frames, ack, limit, cancel)));
        var answers = await Task.WhenAll(pending);
        return new BroadcastAcks([.. answers.OfType<EventArguments>()], answers.Count(answer => answer is null));
    }

    /// <summary>The sockets on this node that an emit would reach now.</summary>
    public IReadOnlyList<ClientSocket> Sockets()
    {
        var sockets = new List<ClientSocket>();
        _namespace.Members.Select(Audience, sockets.Add);
        return sockets;
    }

    public void Join(string room) => _namespace.Members.Select(Audience, socket => socket.Join(room));

    public void Leave(string room) => _namespace.Members.Select(Audience, socket => socket.Leave(room));

    /// <inheritdoc cref="ClientSocket.Disconnect"/>
    public void Disconnect(bool closeConnection = false) =>
        _namespace.Members.Select(Audience, socket => socket.Disconnect(closeConnection));

    /// <inheritdoc cref="ClientSocket.Close"/>
    public void Close(ushort code = CloseCode.ServiceRestart, string text = "") =>
        _namespace.Members.Select(Audience, socket => socket.Close(code, text));
}

/// <summary>What a broadcast that asked for acknowledgements got.</summary>
public sealed record BroadcastAcks(IReadOnlyList<EventArguments> Answers, int Missing);
