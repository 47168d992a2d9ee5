using System.Text;
using Vagus.SocketIO.Engine;
using Vagus.SocketIO.Packets;

namespace Vagus.SocketIO.Sockets;

/// <summary>One connection as Socket.IO sees it: packets in, and the sockets it has in the namespaces.</summary>
internal sealed class SocketIOClient : EngineReceiver
{
    private static readonly ConnectRefusal InvalidNamespace = new("Invalid namespace");

    private readonly SocketIOServer _server;
    private readonly SocketAdmission _admission;
    private ClientSocket[] _sockets = [];
    private WheelAction? _connectTimer;
    private BinaryPacket? _incoming;
    private int _connects;

    internal SocketIOClient(SocketIOServer server, EngineSession session)
    {
        _server = server;
        Session = session;
        _admission = new SocketAdmission(server, this);
    }

    internal EngineSession Session { get; }

    private SocketIOOptions Options => _server.Options;

    internal override ValueTask Opened()
    {
        _connectTimer = new WheelAction(CloseUnlessJoined);
        Session.Host.Wheel.Set(_connectTimer, Session.Host.Wheel.Now + (long)Options.ConnectTimeout.TotalMilliseconds);
        return ValueTask.CompletedTask;
    }

    internal override ValueTask Text(ReadOnlyMemory<byte> message)
    {
        // Text in the middle of attachments, or no packet at all.
        if (_incoming is not null || !PacketHeader.TryRead(message.Span, Options, out var header)) return Violated();

        var payload = message.Span[header.PayloadAt..];
        if (header.Type == PacketType.Connect) return Connect(header.Namespace, payload);
        if (Find(header.Namespace) is not { State: SocketState.Connected } socket) return Violated();

        switch (header.Type)
        {
            case PacketType.Disconnect when payload.Length == 0:
                if (socket.Leave(DisconnectReason.ClientLeft)) Forget(socket);
                return ValueTask.CompletedTask;
            // The specification closes here; the reference server ignores it, and so do clients depend on it.
            case PacketType.Event when payload.Length == 0:
                return ValueTask.CompletedTask;
            case PacketType.Event or PacketType.BinaryEvent:
                return ParsedArguments.OfEvent(payload, header.Attachments, Options) is { } parsed
                    ? Received(new BinaryPacket(socket, parsed, header.Ack, isAck: false, header.Attachments))
                    : Violated();
            case PacketType.Ack or PacketType.BinaryAck when header.Ack != PacketHeader.NoAck:
                return ParsedArguments.OfAck(payload, header.Attachments, Options) is { } answer
                    ? Received(new BinaryPacket(socket, answer, header.Ack, isAck: true, header.Attachments))
                    : Violated();
            default:
                return Violated();
        }
    }

    internal override ValueTask Binary(ReadOnlyMemory<byte> message)
    {
        if (_incoming is not { } packet) return Violated();

        packet.Add(message.ToArray());
        if (!packet.IsComplete) return ValueTask.CompletedTask;

        _incoming = null;
        Session.Host.Wheel.Cancel(packet);
        return Complete(packet);
    }

    internal override void Closed(DisconnectReason reason)
    {
        if (_connectTimer is { } timer) Session.Host.Wheel.Cancel(timer);
        if (_incoming is { } incoming) Session.Host.Wheel.Cancel(incoming);
        foreach (var socket in Interlocked.Exchange(ref _sockets, [])) socket.Leave(reason);
    }

    /// <summary>One of its sockets has been let in.</summary>
    internal void HasJoined()
    {
        if (Interlocked.Exchange(ref _connectTimer, null) is { } timer) Session.Host.Wheel.Cancel(timer);
    }

    internal void Forget(ClientSocket socket)
    {
        lock (Session.Gate) _sockets = [.. _sockets.Where(other => other != socket)];
    }

    private ValueTask Connect(ReadOnlySpan<byte> name, ReadOnlySpan<byte> payload)
    {
        if (++_connects > Options.MaxConnectsPerConnection) return Violated();
        if (ConnectAuth.Read(payload, Options.Json) is not { } auth) return Violated();

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
        _ = _admission.Decide(socket);
        return ValueTask.CompletedTask;
    }

    private ValueTask Received(BinaryPacket packet)
    {
        if (packet.IsComplete) return Complete(packet);

        _incoming = packet;
        Session.Host.Wheel.Set(packet, Session.Host.Wheel.Now + (long)Options.AttachmentTimeout.TotalMilliseconds);
        return ValueTask.CompletedTask;
    }

    private ValueTask Complete(BinaryPacket packet)
    {
        _server.Metrics.Received();
        var socket = packet.Socket;
        if (packet.IsAck)
        {
            socket.Acks.Complete(
                packet.Ack, new EventArguments("", packet.Parsed, packet.Attachments, Options, answerTo: null, PacketHeader.NoAck));
            return ValueTask.CompletedTask;
        }
        var answerTo = packet.Ack == PacketHeader.NoAck ? null : socket;
        return socket.Events.Handle(
            new EventArguments(packet.Parsed.Name, packet.Parsed, packet.Attachments, Options, answerTo, packet.Ack));
    }

    private ClientSocket? Find(ReadOnlySpan<byte> name)
    {
        foreach (var socket in _sockets) if (socket.Namespace.NameUtf8.AsSpan().SequenceEqual(name)) return socket;
        return null;
    }

    private void CloseUnlessJoined()
    {
        if (!_sockets.Any(socket => socket.IsConnected)) Session.Close(DisconnectReason.ProtocolError, code: 0);
    }

    private ValueTask Violated()
    {
        Session.Close(DisconnectReason.ProtocolError, code: 0);
        return ValueTask.CompletedTask;
    }
}

/// <summary>A packet that waits for its attachments, if it has any; it is its own timer.</summary>
internal sealed class BinaryPacket(ClientSocket socket, ParsedArguments parsed, long ack, bool isAck, int attachments) : WheelEntry
{
    private int _received;

    internal ClientSocket Socket => socket;

    internal ParsedArguments Parsed => parsed;

    internal long Ack => ack;

    internal bool IsAck => isAck;

    internal byte[][] Attachments { get; } = attachments == 0 ? [] : new byte[attachments][];

    internal bool IsComplete => _received == Attachments.Length;

    internal void Add(byte[] attachment) => Attachments[_received++] = attachment;

    internal override void Fire(long now) => socket.Client.Session.Close(DisconnectReason.ProtocolError, code: 0);
}
