using Vagus.SocketIO.Engine;
using Vagus.SocketIO.Packets;

namespace Vagus.SocketIO.Sockets;

/// <summary>Lets the sockets of one connection into their namespaces: middleware, recovery, what they have missed.</summary>
internal sealed class SocketAdmission(SocketIOServer server, SocketIOClient client)
{
    private static readonly ConnectRefusal Failed = new("Internal error");

    internal async Task Decide(ClientSocket socket)
    {
        try
        {
            if (await Refusal(socket) is { } refusal)
            {
                Refuse(socket, refusal);
                return;
            }
            var (missed, pid) = await Admit(socket);
            if (!await socket.Stream.Replay(missed) || !socket.Stream.Open(ControlFrames.Connected(socket.Namespace.Name, socket.Id, pid)))
            {
                socket.Leave(DisconnectReason.TransportClosed);
                return;
            }
        }
        catch (Exception failure)
        {
            // The top of one socket's way in; whatever went wrong, it is not let in.
            if (!socket.IsGone) EngineLog.MiddlewareFailed(
                server.Logger, socket.Namespace.Name, EngineLog.CauseOf(failure), EngineLog.PlaceOf(failure));
            Refuse(socket, Failed);
            return;
        }
        client.HasJoined();
        await socket.Events.RunConnected();
    }

    private ValueTask<(IReadOnlyList<EncodedEvent> Missed, string? Pid)> Admit(ClientSocket socket)
    {
        if (server.Recovery is { } recovery) return recovery.Admit(socket);

        socket.Namespace.Members.Add(socket);
        return ValueTask.FromResult<(IReadOnlyList<EncodedEvent>, string?)>(([], null));
    }

    private static async ValueTask<ConnectRefusal?> Refusal(ClientSocket socket)
    {
        foreach (var middleware in socket.Namespace.Middleware)
        {
            if (await middleware(socket, socket.Gone) is { } refusal) return refusal;
        }
        return null;
    }

    private void Refuse(ClientSocket socket, ConnectRefusal refusal)
    {
        if (!socket.Leave(DisconnectReason.ServerLeft)) return;

        client.Forget(socket);
        client.Session.Send(ControlFrames.Refused(socket.Namespace.Name, refusal, server.Options.Json));
    }
}
