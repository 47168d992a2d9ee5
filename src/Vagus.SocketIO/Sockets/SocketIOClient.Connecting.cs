using System.Text;
using System.Text.Json;
using Vagus.SocketIO.Engine;
using Vagus.SocketIO.Packets;

namespace Vagus.SocketIO.Sockets;

internal sealed partial class SocketIOClient
{
    private static readonly ConnectRefusal InvalidNamespace = new("Invalid namespace");
    private static readonly ConnectRefusal Failed = new("Internal error");

    private ValueTask Connect(ReadOnlySpan<byte> name, ReadOnlySpan<byte> payload)
    {
        if (++_connects > Options.MaxConnectsPerConnection) return Violated();
        if (AuthOf(payload) is not { } auth) return Violated();

        if (Find(name) is { } present)
        {
            // While the first CONNECT is still being decided a second one means the same; afterwards it is a mistake.
            return present.State == SocketState.Pending ? ValueTask.CompletedTask : Violated();
        }
        var text = Encoding.UTF8.GetString(name);
        if (!_server.TryFind(text, out var target))
        {
            Session.Send(ControlFrames.Refused(text, InvalidNamespace, Options.Json));
            return ValueTask.CompletedTask;
        }
        if (_sockets.Length >= Options.MaxNamespacesPerConnection) return Violated();

        var socket = new ClientSocket(this, target!, SocketIds.New(), new Handshake(Session.Handshake, auth));
        lock (Session.Gate)
        {
            if (Session.State != SessionState.Open) return ValueTask.CompletedTask;

            _sockets = [.. _sockets, socket];
        }
        // Not awaited: other namespaces, and the heartbeat, go on while this one is being decided.
        _ = Decide(socket);
        return ValueTask.CompletedTask;
    }

    private async Task Decide(ClientSocket socket)
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
            if (socket.State != SocketState.Gone) EngineLog.MiddlewareFailed(
                _server.Logger, socket.Namespace.Name, EngineLog.CauseOf(failure), EngineLog.PlaceOf(failure));
            Refuse(socket, Failed);
            return;
        }
        if (Interlocked.Exchange(ref _connectTimer, null) is { } timer) Session.Host.Wheel.Cancel(timer);
        await socket.Events.RunConnected();
    }

    private ValueTask<(IReadOnlyList<EncodedEvent> Missed, string? Pid)> Admit(ClientSocket socket)
    {
        if (_server.Recovery is { } recovery) return recovery.Admit(socket);

        socket.Namespace.Add(socket);
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

        Forget(socket);
        Session.Send(ControlFrames.Refused(socket.Namespace.Name, refusal, Options.Json));
    }

    /// <summary>The auth object: absent, or an object; anything else is no CONNECT.</summary>
    private byte[]? AuthOf(ReadOnlySpan<byte> payload)
    {
        if (payload.Length == 0) return "{}"u8.ToArray();

        var json = payload.ToArray();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Options.Json.MaxDepth == 0 ? 64 : Options.Json.MaxDepth });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;

            reader.Skip();
            return reader.Read() ? null : json;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
