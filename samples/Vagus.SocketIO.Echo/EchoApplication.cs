namespace Vagus.SocketIO.Echo;

/// <summary>An event's payload where many are sent and must be told apart.</summary>
internal sealed record Numbered(int I, string Pad);

/// <summary>What the clients of the tests and benchmarks talk to.</summary>
internal static class EchoApplication
{
    internal static void SetUp(SocketIOServer server)
    {
        server.Namespace("/", Common);
        server.Namespace("/custom", Common);
        server.Namespace("/deny", ns => ns.Use((_, _) =>
            ValueTask.FromResult<ConnectRefusal?>(new ConnectRefusal("not authorized", new { code = "denied" }))));
        server.Namespace("/slow", ns =>
        {
            ns.Use(async (_, cancel) =>
            {
                await Task.Delay(300, cancel);
                return null;
            });
            Common(ns);
        });
    }

    private static void Common(SocketNamespace ns)
    {
        ns.Use((socket, _) =>
        {
            socket.Identity = socket.Handshake.AuthText("token");
            return ValueTask.FromResult<ConnectRefusal?>(null);
        });
        ns.OnConnect((socket, _) =>
        {
            // A recovered client has it already.
            if (!socket.Recovered) socket.Emit("auth", socket.Handshake.Auth);
            return ValueTask.CompletedTask;
        });
        ns.On("message", (socket, arguments, _) => Do(arguments, () => socket.Emit(arguments.As("message-back", ns))));
        ns.On("message-with-ack", (_, arguments, _) => Do(arguments, () => arguments.AckWith(arguments)));
        ns.On("join", (socket, arguments, _) => Do(arguments, () => socket.Join(arguments.Get<string>(0))));
        ns.On("leave", (socket, arguments, _) => Do(arguments, () => socket.Leave(arguments.Get<string>(0))));
        ns.On("emit-to", (_, arguments, _) => Do(arguments, () =>
            ns.To(arguments.Get<string>(0)).Send(arguments.As(arguments.Get<string>(1), ns, skip: 2))));
        ns.On("burst", (socket, arguments, _) => Do(arguments, () => Burst(socket, arguments.Get<int>(0), arguments.Get<int>(1))));
        ns.On("kick", (socket, arguments, _) =>
        {
            // First the answer: afterwards there is nobody to answer.
            arguments.Ack();
            socket.Disconnect(closeConnection: arguments.Get<bool?>(0) == true);
            return ValueTask.CompletedTask;
        });
        ns.On("volatile", (socket, arguments, _) => Do(arguments, () => socket.SendVolatile(arguments.As("volatile-back", ns))));
    }

    private static void Burst(ClientSocket socket, int count, int size)
    {
        var pad = new string('x', size);
        for (var i = 0; i < count; i++) socket.Emit("burst", new Numbered(i, pad));
    }

    /// <summary>Does something and acknowledges it, where the client asked for that and has not been answered yet.</summary>
    private static ValueTask Do(EventArguments arguments, Action action)
    {
        action();
        arguments.Ack();
        return ValueTask.CompletedTask;
    }
}
