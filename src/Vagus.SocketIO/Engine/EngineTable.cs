using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Vagus.SocketIO.Delivery;

namespace Vagus.SocketIO.Engine;

/// <summary>The sessions of one path, and the way in: it sorts requests into handshakes, polls, posts and upgrades.</summary>
internal sealed class EngineTable(EngineHost host, string path, Func<EngineSession, EngineReceiver> accept)
{
    private readonly ConcurrentDictionary<string, EngineSession> _sessions = new(StringComparer.Ordinal);

    internal EngineHost Host => host;

    internal IEnumerable<EngineSession> Sessions => _sessions.Values;

    private EngineOptions Options => host.Options;

    internal Task Handle(HttpContext context)
    {
        if (!Origins.Allow(context.Request, Options.AllowedOrigins)) return EngineError.Forbidden.Write(context);

        CorsHeaders.Add(context, Options);
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            CorsHeaders.AnswerPreflight(context);
            return Task.CompletedTask;
        }
        var query = EngineQuery.Of(context.Request.QueryString.Value);
        if (query.Transport is not ("polling" or "websocket") || !Serves(query.Transport))
            return Refuse(context, EngineError.UnknownTransport);
        if (query.Version != "4") return Refuse(context, EngineError.UnsupportedVersion);

        return query.Transport == "polling" ? HandlePolling(context, query.Sid) : HandleWebSocket(context, query.Sid);
    }

    internal void Remove(EngineSession session)
    {
        if (_sessions.TryRemove(session.Sid, out _)) host.Release();
    }

    private bool Serves(string transport) => transport == "polling" ? Options.Polling : Options.WebSockets;

    private Task HandlePolling(HttpContext context, string? sid)
    {
        // A proxy that strips the Upgrade header turns a WebSocket request into this; EngineQuery has told it apart by its transport.
        var method = context.Request.Method;
        if (sid is null)
        {
            return HttpMethods.IsGet(method) ? OpenPolling(context) : Refuse(context, EngineError.BadMethod);
        }
        if (!_sessions.TryGetValue(sid, out var session)) return Refuse(context, EngineError.UnknownSession);
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsPost(method)) return Refuse(context, EngineError.WrongMethod);
        if (session.Polling is not { } polling) return EngineError.BadRequest.Write(context);

        return HttpMethods.IsGet(method)
            ? PollingTransport.Poll(context, session, polling) : PollingTransport.Post(context, session, polling);
    }

    private async Task OpenPolling(HttpContext context)
    {
        if (!host.Admit() || Enter(EngineHandshake.OfPolling(context, host.Clock.GetUtcNow())) is not { } session)
        {
            await Refuse(context, EngineError.Busy);
            return;
        }
        if (Options.CookieName is { } cookie)
        {
            context.Response.Cookies.Append(cookie, session.Sid, new CookieOptions
            {
                HttpOnly = true, SameSite = SameSiteMode.Lax, Path = "/", Secure = context.Request.IsHttps,
            });
        }
        var open = session.OpenPacket(canUpgrade: Options.WebSockets);
        await session.Receiver.Opened();
        await PollingTransport.Write(context, open, Options);
    }

    private Task HandleWebSocket(HttpContext context, string? sid)
    {
        if (!WebSocketHandshake.IsWanted(context)) return Refuse(context, EngineError.BadRequest);
        if (!WebSocketHandshake.IsValid(context)) return Refuse(context, EngineError.BadRequest);
        if (sid is null) return OpenWebSocket(context);

        return _sessions.TryGetValue(sid, out var session) ? Upgrade(context, session) : Refuse(context, EngineError.UnknownSession);
    }

    private async Task OpenWebSocket(HttpContext context)
    {
        if (!host.Admit() || Enter(EngineHandshake.OfWebSocket(context, host.Clock.GetUtcNow())) is not { } session)
        {
            await Refuse(context, EngineError.Busy);
            return;
        }
        WebSocketLink link;
        try
        {
            link = await WebSocketHandshake.Accept(context, Options);
            await link.Output.WriteFirst(Frame.Text(session.OpenPacket(canUpgrade: false)));
        }
        catch (Exception failure) when (TransportFailure.Is(failure))
        {
            session.Close(DisconnectReason.TransportFailed, CloseCode.Normal);
            return;
        }
        session.StartWebSocket(link);
        await session.Receiver.Opened();
        await link.Read(session, upgrade: null);
    }

    private static async Task Upgrade(HttpContext context, EngineSession session)
    {
        WebSocketLink link;
        try
        {
            link = await WebSocketHandshake.Accept(context, session.Options);
        }
        catch (Exception failure) when (TransportFailure.Is(failure))
        {
            return;
        }
        var upgrade = new Upgrade(session, link);
        // The client learns by the close that this session has no place for a second WebSocket.
        if (!upgrade.Start()) link.CloseLater(Frame.CloseWithoutCode(), session.Host);
        await link.Read(session, upgrade);
    }

    /// <summary>Null where the server has begun to drain meanwhile: the session may have been overlooked.</summary>
    private EngineSession? Enter(EngineHandshake handshake)
    {
        // 18 random bytes: the sid is a capability of its connection, so it must not be guessable.
        Span<byte> random = stackalloc byte[18];
        RandomNumberGenerator.Fill(random);
        var session = new EngineSession(this, System.Buffers.Text.Base64Url.EncodeToString(random), handshake);
        _sessions[session.Sid] = session;
        session.Begin(accept(session));
        host.Metrics.Opened();
        if (!host.Draining) return session;

        session.Finish(DisconnectReason.Draining);
        return null;
    }

    private Task Refuse(HttpContext context, EngineError error)
    {
        host.Metrics.Refused(error.Code);
        EngineLog.Refused(host.Logger, path, error.Code);
        return error.Write(context);
    }
}
