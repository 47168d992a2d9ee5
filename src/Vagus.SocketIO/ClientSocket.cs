using System.Collections.Concurrent;
using System.Security.Claims;

namespace Vagus.SocketIO;

/// <summary>One client in one namespace.</summary>
public sealed partial class ClientSocket
{
    private readonly SocketIOClient _client;
    private ConcurrentDictionary<object, object?>? _items;
    private CancellationTokenSource? _gone;

    internal ClientSocket(SocketIOClient client, SocketNamespace @namespace, string id, Handshake handshake)
    {
        _client = client;
        Namespace = @namespace;
        Id = id;
        Handshake = handshake;
        User = handshake.Engine.User;
    }

    /// <summary>The public id of this socket, and the name of the room that it has to itself.</summary>
    public string Id { get; internal set; }

    public SocketNamespace Namespace { get; }

    public Handshake Handshake { get; }

    /// <summary>Who this is; the handshake's user until a middleware sets another.</summary>
    public ClaimsPrincipal? User { get; set; }

    /// <summary>
    /// Names the person or service that a session belongs to. A session is recovered only by the same identity; without one
    /// it is not recovered at all. A middleware sets it.
    /// </summary>
    public string? Identity { get; set; }

    /// <summary>What the application keeps for this socket.</summary>
    public IDictionary<object, object?> Items => _items ?? Interlocked.CompareExchange(ref _items, [], null) ?? _items;

    public bool IsConnected => _state == SocketState.Connected;

    /// <summary>Whether this is an earlier session come back, with its id and rooms and without a hole in its events.</summary>
    public bool Recovered { get; internal set; }

    /// <summary>It has no identity, so it got no <c>pid</c> and can never use an offset: none is sent to it.</summary>
    internal bool IsBeyondRecovery { get; set; }

    /// <summary>Cancelled when the socket is gone.</summary>
    public CancellationToken Gone => GoneSource().Token;

    /// <summary>Everyone in the namespace but this socket.</summary>
    public BroadcastTarget Broadcast => BroadcastTarget.All(Namespace).Except(Id);

    internal SocketState State => _state;

    internal SocketIOClient Client => _client;

    /// <summary>Everyone in these rooms but this socket.</summary>
    public BroadcastTarget To(params ReadOnlySpan<string> rooms) => Broadcast.To(rooms);

    public void Emit(string name, params ReadOnlySpan<object?> arguments) => Namespace.EmitTo(this, Namespace.Encode(name, arguments));

    /// <summary>Emits what is encoded already; with recovery on it is put into the history, as <see cref="Send"/> does not.</summary>
    public void Emit(EncodedEvent encoded) => Namespace.EmitTo(this, encoded);

    /// <summary>Sends only if nothing waits for this client; otherwise the event is dropped.</summary>
    public void EmitVolatile(string name, params ReadOnlySpan<object?> arguments) => SendVolatile(Namespace.Encode(name, arguments));

    /// <summary>Sends and waits for the client's acknowledgement; null when none came in time or the socket went away.</summary>
    public Task<EventArguments?> EmitWithAck(
        string name, ReadOnlyMemory<object?> arguments, TimeSpan? limit = null, CancellationToken cancel = default)
    {
        var ack = Namespace.NextAck();
        var frames = Namespace.Encode(name, arguments.Span).FramesWithAck(ack);
        return SendAwaitingAck(frames, ack, limit ?? Namespace.Server.Options.AckTimeout, cancel);
    }

    /// <summary>Sends the client away from this namespace; it does not come back by itself.</summary>
    public void Disconnect(bool closeConnection = false)
    {
        if (!Leave(DisconnectReason.ServerLeft)) return;

        _client.Session.Send(ControlFrames.Disconnect(Namespace.Name));
        _client.Forget(this);
        if (closeConnection) _client.Session.Close(DisconnectReason.ServerLeft, CloseCode.Normal);
    }

    /// <summary>
    /// Closes the whole connection; the client comes back by itself and authenticates anew. On WebSocket it is told the code and the text,
    /// of at most 123 bytes.
    /// </summary>
    public void Close(ushort code = CloseCode.ServiceRestart, string text = "") =>
        _client.Session.Close(DisconnectReason.ServerClosed, code, CloseText.Checked(text));

    private CancellationTokenSource GoneSource()
    {
        if (_gone is { } source) return source;

        Interlocked.CompareExchange(ref _gone, new CancellationTokenSource(), null);
        if (_state == SocketState.Gone) _gone.Cancel();
        return _gone;
    }
}
