using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Vagus.SocketIO.Delivery;
using Vagus.SocketIO.WebSockets;

namespace Vagus.SocketIO.Engine;

/// <summary>
/// One WebSocket: the read loop, which is the request's life, and its end. <see cref="Output"/> is its write side.
/// </summary>
internal sealed class WebSocketLink
{
    private readonly HttpContext _context;
    private readonly Stream _stream;
    private readonly EngineOptions _options;
    private readonly Lock _life = new();
    private volatile bool _ended;
    private bool _requestOver;

    internal WebSocketLink(HttpContext context, Stream stream, Socket? socket, EngineOptions options)
    {
        _context = context;
        _stream = stream;
        _options = options;
        Output = new WebSocketWriter(this, stream, socket);
    }

    internal WebSocketWriter Output { get; }

    internal bool HasEnded => _ended;

    /// <summary>Reads until the connection ends. Returns when it has. With an upgrade it is a candidate until that is complete.</summary>
    internal async Task Read(EngineSession session, Upgrade? upgrade)
    {
        var input = new WebSocketInput(_options);
        try
        {
            while (!_ended)
            {
                // A read of nothing waits without a buffer; there is no count to look at.
#pragma warning disable CA2022, MA0060
                if (!input.HasPartial) await _stream.ReadAsync(Memory<byte>.Empty);
#pragma warning restore CA2022, MA0060
                var count = await _stream.ReadAsync(input.Space());
                if (count == 0) break;

                Output.HeardFromClient();
                input.Received(count);
                while (!_ended)
                {
                    var kind = input.Next(out var payload);
                    if (kind == InputKind.Nothing) break;

                    var handled = Handle(kind, payload, input, session, ref upgrade);
                    if (!handled.IsCompletedSuccessfully) await handled;
                }
                input.Rest();
            }
        }
        catch (Exception failure) when (TransportFailure.Is(failure))
        {
            // The end of a connection like any other: what follows is the same.
        }
        finally
        {
            _ended = true;
            // From here on the request, and with it the context, is the web server's again.
            lock (_life) _requestOver = true;
            input.Release();
            if (upgrade is not null) upgrade.Drop();
            else session.Finish(DisconnectReason.TransportClosed);
        }
    }

    /// <summary>Ends the connection without ceremony.</summary>
    internal void End()
    {
        if (_ended) return;

        _ended = true;
        Output.GiveUp();
        lock (_life)
        {
            if (!_requestOver) _context.Abort();
        }
    }

    /// <summary>Says goodbye and ends the connection if the client does not.</summary>
    internal void CloseLater(Frame goodbye, EngineHost host)
    {
        if (_ended || !Output.WriteClose(goodbye)) return;

        host.Wheel.Set(new WheelAction(End), host.Wheel.Now + 2_000);
    }

    private ValueTask Handle(
        InputKind kind, ReadOnlyMemory<byte> payload, WebSocketInput input, EngineSession session, ref Upgrade? upgrade)
    {
        switch (kind)
        {
            case InputKind.Text when upgrade is null:
                return Discard(session.Accept(payload));
            case InputKind.Binary when upgrade is null:
                return Discard(session.AcceptBinary(payload));
            case InputKind.Text:
                if (!Output.HasClosed && upgrade!.Accept(payload.Span)) upgrade = null;
                return ValueTask.CompletedTask;
            case InputKind.Binary:
                upgrade!.Drop();
                return ValueTask.CompletedTask;
            case InputKind.Ping:
                if (upgrade is null) session.Send(Frame.Pong(payload.Span));
                return ValueTask.CompletedTask;
            case InputKind.Close:
                return Farewell(session, isCandidate: upgrade is not null);
            case InputKind.Violation:
                return Break(input.Violation, session, isCandidate: upgrade is not null);
            default:
                return ValueTask.CompletedTask;
        }
    }

    /// <summary>The client closes, or answers our close: once both close frames are out, the connection ends in good order.</summary>
    private async ValueTask Farewell(EngineSession session, bool isCandidate)
    {
        if (isCandidate) CloseLater(Frame.CloseWithoutCode(), session.Host);
        else session.Close(DisconnectReason.TransportClosed, CloseCode.Normal);
        await Output.CloseIsWritten();
        _ended = true;
    }

    /// <summary>
    /// The stream of frames cannot be trusted from here on. It is read to its end and thrown away: closing a socket with
    /// unread bytes would reset it, and the client would never see why.
    /// </summary>
    private async ValueTask Break(ushort code, EngineSession session, bool isCandidate)
    {
        if (isCandidate) CloseLater(Frame.Close(code), session.Host);
        else session.Close(DisconnectReason.ProtocolError, code);
        await Output.CloseIsWritten();
        Output.EndDirectWrites();
        var waste = new byte[1024];
        while (!_ended && await _stream.ReadAsync(waste) > 0)
        {
        }
        _ended = true;
    }

    private static async ValueTask Discard(ValueTask<bool> accepted) => await accepted;
}
