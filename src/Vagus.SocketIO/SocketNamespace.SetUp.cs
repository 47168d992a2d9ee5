using Vagus.SocketIO.Packets;

namespace Vagus.SocketIO;

/// <summary>An event handler in its most general form.</summary>
public delegate ValueTask OnEvent(ClientSocket socket, EventArguments arguments, CancellationToken cancel);

/// <summary>Lets a socket in (null) or keeps it out. It runs for every CONNECT, also for one that recovers a session.</summary>
public delegate ValueTask<ConnectRefusal?> OnConnecting(ClientSocket socket, CancellationToken cancel);

public sealed partial class SocketNamespace
{
    private readonly Dictionary<string, OnEvent> _handlers = new(StringComparer.Ordinal);

    internal List<OnConnecting> Middleware { get; } = [];

    internal List<Func<ClientSocket, CancellationToken, ValueTask>> Connected { get; } = [];

    internal List<Func<ClientSocket, DisconnectReason, ValueTask>> Disconnected { get; } = [];

    internal OnEvent? Fallback { get; private set; }

    /// <summary>Adds a middleware. They run in order, and the first refusal ends the attempt.</summary>
    public SocketNamespace Use(OnConnecting middleware)
    {
        Middleware.Add(middleware);
        return this;
    }

    /// <summary>Runs when a socket is in; its events wait until this is done.</summary>
    public SocketNamespace OnConnect(Func<ClientSocket, CancellationToken, ValueTask> handler)
    {
        Connected.Add(handler);
        return this;
    }

    public SocketNamespace OnDisconnect(Func<ClientSocket, DisconnectReason, ValueTask> handler)
    {
        Disconnected.Add(handler);
        return this;
    }

    /// <summary>Handles an event with all its arguments as they came. Events of one socket are handled one after the other.</summary>
    public SocketNamespace On(string name, OnEvent handler)
    {
        if (EventNames.IsReserved(name)) throw new ArgumentException($"'{name}' is reserved.", nameof(name));
        if (!_handlers.TryAdd(name, handler)) throw new ArgumentException($"'{name}' has a handler in {Name}.", nameof(name));

        return this;
    }

    /// <summary>Handles every event that has no handler of its own.</summary>
    public SocketNamespace OnAny(OnEvent handler)
    {
        Fallback = handler;
        return this;
    }

    /// <summary>Handles an event without arguments; a client that asked for an acknowledgement gets an empty one.</summary>
    public SocketNamespace On(string name, Func<ClientSocket, CancellationToken, ValueTask> handler) =>
        On(name, async (socket, arguments, cancel) =>
        {
            await handler(socket, cancel);
            arguments.Ack();
        });

    /// <summary>
    /// Handles an event of one argument; a client that asked for an acknowledgement gets an empty one when the handler is done.
    /// </summary>
    public SocketNamespace On<T>(string name, Func<ClientSocket, T, CancellationToken, ValueTask> handler) =>
        On(name, async (socket, arguments, cancel) =>
        {
            await handler(socket, arguments.Get<T>(0), cancel);
            arguments.Ack();
        });

    /// <summary>Handles an event of one argument and acknowledges it with what the handler returns.</summary>
    public SocketNamespace On<T, TAck>(string name, Func<ClientSocket, T, CancellationToken, ValueTask<TAck>> handler) =>
        On(name, async (socket, arguments, cancel) => arguments.Ack(await handler(socket, arguments.Get<T>(0), cancel)));

    /// <summary>
    /// Handles an event of one argument; the handler acknowledges through the <see cref="EventArguments"/>, now or later.
    /// </summary>
    public SocketNamespace On<T>(string name, Func<ClientSocket, T, EventArguments, CancellationToken, ValueTask> handler) =>
        On(name, (socket, arguments, cancel) => handler(socket, arguments.Get<T>(0), arguments, cancel));

    public SocketNamespace On<T1, T2>(string name, Func<ClientSocket, T1, T2, CancellationToken, ValueTask> handler) =>
        On(name, async (socket, arguments, cancel) =>
        {
            await handler(socket, arguments.Get<T1>(0), arguments.Get<T2>(1), cancel);
            arguments.Ack();
        });

    public SocketNamespace On<T1, T2, TAck>(string name, Func<ClientSocket, T1, T2, CancellationToken, ValueTask<TAck>> handler) =>
        On(name, async (socket, arguments, cancel) =>
            arguments.Ack(await handler(socket, arguments.Get<T1>(0), arguments.Get<T2>(1), cancel)));

    public SocketNamespace On<T1, T2, T3>(string name, Func<ClientSocket, T1, T2, T3, CancellationToken, ValueTask> handler) =>
        On(name, async (socket, arguments, cancel) =>
        {
            await handler(socket, arguments.Get<T1>(0), arguments.Get<T2>(1), arguments.Get<T3>(2), cancel);
            arguments.Ack();
        });

    internal OnEvent? HandlerOf(string name) => _handlers.GetValueOrDefault(name) ?? Fallback;
}
