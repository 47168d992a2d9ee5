using System.Net.WebSockets;
using System.Text.Json;
using Vagus.Kernel;
using Vagus.Realtime.Requests;

namespace Vagus.Realtime.Gateways.WebSocket;

/// <summary>The conversation on <c>/ws</c>: first who it is, then what it wants.</summary>
internal sealed class WebSocketRequests(
    AuthenticateWebSocket authenticate, SubscribeWebSocket subscribe, WebSocketClients clients, LiveAudit audit, RealtimeOptions options,
    TimeProvider clock)
{
    private const string Door = "authenticate /ws";

    /// <summary>Frames that are none; after so many the client is taken for broken.</summary>
    private const int MaxBadFrames = 20;

    /// <param name="connection">The connection.</param>
    /// <param name="shown">What came with the request to open it; null: the first frame authenticates.</param>
    public async Task Serve(WebSocketConnection connection, ShownCredential? shown)
    {
        if (!await (shown is null ? Begin(connection) : Begin(connection, shown))) return;

        var bad = 0;
        while (await connection.Read(connection.Gone) is { } frame)
        {
            if (await Answer(connection, frame) is not { } refusal) continue;

            connection.Refuse(refusal, SubscriptionOf(frame));
            if (refusal.Kind == RefusalKind.Invalid && ++bad == MaxBadFrames)
            {
                connection.Outgoing.Close(WebSocketCloseStatus.PolicyViolation, "bad_frames");
                return;
            }
        }
    }

    /// <summary>Remembers what it had asked for, for when it comes back.</summary>
    public void Leave(WebSocketConnection connection)
    {
        if (connection.Session is { } session) clients.Leave(session);
    }

    private async ValueTask<bool> Begin(WebSocketConnection connection)
    {
        using var limit = new CancellationTokenSource(options.AuthenticateWithin, clock);
        using var late = limit.Token.UnsafeRegister(
            _ => connection.Outgoing.Close(WebSocketClose.Unauthenticated, "authenticate_first"), null);
        if (await connection.Read(connection.Gone) is not { } frame) return false;

        var refusal = frame.Type == "authenticate" ? await authenticate.Begin(connection, frame.Data) : Refusals.NotAuthenticated;
        if (refusal is null) return true;

        refusal = await audit.Refused(connection.Origin, Door, caller: null, refusal);
        connection.Refuse(refusal);
        // The token may be good beside a malformed since or client_id: signing in again would not mend that.
        var isMalformed = refusal.Code == FieldRefusals.InvalidField && HasToken(frame.Data);
        connection.Outgoing.Close(isMalformed ? WebSocketCloseStatus.PolicyViolation : WebSocketClose.Of(refusal), refusal.Code);
        return false;
    }

    private async ValueTask<bool> Begin(WebSocketConnection connection, ShownCredential shown)
    {
        if (await authenticate.Begin(connection, shown) is not { } refused) return true;

        var refusal = await audit.Refused(connection.Origin, Door, caller: null, refused);
        connection.Refuse(refusal);
        connection.Outgoing.Close(WebSocketClose.Of(refusal), refusal.Code);
        return false;
    }

    private static bool HasToken(JsonElement data) => data.ValueKind == JsonValueKind.Object && data.TryGetProperty("token", out _);

    private static void Pong(WebSocketSession session)
    {
        var proven = session.Proven();
        session.Say("pong", json =>
        {
            if (proven is { } sequence) json.WriteNumber("sequence"u8, sequence);
        });
    }

    private async ValueTask<Refusal?> Answer(WebSocketConnection connection, IncomingFrame frame)
    {
        switch (frame.Type)
        {
            case "subscribe":
                return await subscribe.Subscribe(connection, frame.Data);
            case "unsubscribe":
                return await subscribe.Unsubscribe(connection, frame.Data);
            case "authenticate":
                return await authenticate.Renew(connection, frame.Data);
            case "ping":
                Pong(connection.Session!);
                return null;
            case "pong":
                return null;
            case null:
                return Refusals.BadFrame;
            default:
                return Refusals.UnknownFrame;
        }
    }

    private static string? SubscriptionOf(IncomingFrame frame) =>
        frame.Data.ValueKind == JsonValueKind.Object && frame.Data.TryGetProperty("subscription_id", out var id)
            && id.ValueKind == JsonValueKind.String && id.GetString() is { Length: <= 128 } text ? text : null;
}
