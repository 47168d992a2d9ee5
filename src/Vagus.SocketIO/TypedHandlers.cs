namespace Vagus.SocketIO;

/// <summary>Handlers of events whose arguments have types.</summary>
public static class TypedHandlers
{
    /// <summary>Handles an event without arguments; a client that asked for an acknowledgement gets an empty one.</summary>
    public static SocketNamespace On(
        this SocketNamespace to, string name, Func<ClientSocket, CancellationToken, ValueTask> handler) =>
        to.On(name, async (socket, arguments, cancel) =>
        {
            await handler(socket, cancel);
            arguments.Ack();
        });

    /// <summary>
    /// Handles an event of one argument; a client that asked for an acknowledgement gets an empty one when the handler is done.
    /// </summary>
    public static SocketNamespace On<T>(
        this SocketNamespace to, string name, Func<ClientSocket, T, CancellationToken, ValueTask> handler) =>
        to.On(name, async (socket, arguments, cancel) =>
        {
            await handler(socket, arguments.Get<T>(0), cancel);
            arguments.Ack();
        });

    /// <summary>Handles an event of one argument and acknowledges it with what the handler returns.</summary>
    public static SocketNamespace On<T, TAck>(
        this SocketNamespace to, string name, Func<ClientSocket, T, CancellationToken, ValueTask<TAck>> handler) =>
        to.On(name, async (socket, arguments, cancel) => arguments.Ack(await handler(socket, arguments.Get<T>(0), cancel)));

    /// <summary>
    /// Handles an event of one argument; the handler acknowledges through the <see cref="EventArguments"/>, now or later.
    /// </summary>
    public static SocketNamespace On<T>(
        this SocketNamespace to, string name, Func<ClientSocket, T, EventArguments, CancellationToken, ValueTask> handler) =>
        to.On(name, (socket, arguments, cancel) => handler(socket, arguments.Get<T>(0), arguments, cancel));

    public static SocketNamespace On<T1, T2>(
        this SocketNamespace to, string name, Func<ClientSocket, T1, T2, CancellationToken, ValueTask> handler) =>
        to.On(name, async (socket, arguments, cancel) =>
        {
            await handler(socket, arguments.Get<T1>(0), arguments.Get<T2>(1), cancel);
            arguments.Ack();
        });

    public static SocketNamespace On<T1, T2, TAck>(
        this SocketNamespace to, string name, Func<ClientSocket, T1, T2, CancellationToken, ValueTask<TAck>> handler) =>
        to.On(name, async (socket, arguments, cancel) =>
            arguments.Ack(await handler(socket, arguments.Get<T1>(0), arguments.Get<T2>(1), cancel)));

    public static SocketNamespace On<T1, T2, T3>(
        this SocketNamespace to, string name, Func<ClientSocket, T1, T2, T3, CancellationToken, ValueTask> handler) =>
        to.On(name, async (socket, arguments, cancel) =>
        {
            await handler(socket, arguments.Get<T1>(0), arguments.Get<T2>(1), arguments.Get<T3>(2), cancel);
            arguments.Ack();
        });
}
