using Vagus.Kernel;
using Vagus.Realtime.Requests;
using Vagus.Realtime.Sessions;

namespace Vagus.Realtime.RawSockets;

/// <summary>The conversation on <c>/ws</c>: first who it is, then what it wants.</summary>
internal sealed class RawRequests(AuthenticateRaw authenticate, SubscribeRaw subscribe, AbsentClients absent, RealtimeOptions options, TimeProvider clock)
{
    /// <summary>Frames that are none; after so many the client is taken for broken.</summary>
    private const int MaxBadFrames = 20;

    public async Task Serve(RawConnection connection)
    {
        if (!await Begin(connection)) return;

        var bad = 0;
        while (await connection.Read(connection.Gone) is { } frame)
        {
            if (await Answer(connection, frame) is not { } refusal) continue;

            connection.Refuse(refusal, SubscriptionOf(frame));
            if (refusal.Kind == RefusalKind.Invalid && ++bad == MaxBadFrames)
            {
                connection.Outgoing.Close(System.Net.WebSockets.WebSocketCloseStatus.PolicyViolation, "bad_frames");
                return;
            }
        }
    }

    /// <summary>Remembers what it had asked for, for when it comes back.</summary>
    public void Leave(RawConnection connection)
    {
        if (connection.Session is not { Feed: { } feed } session) return;

        absent.Put(session.Caller, session.ClientId, new Absent(feed.AskedBy(session), IsComplete: !session.HasHoles));
        feed.Leave(session);
    }

    private async ValueTask<bool> Begin(RawConnection connection)
    {
        using var limit = new CancellationTokenSource(options.AuthenticateWithin, clock);
        using var late = limit.Token.UnsafeRegister(_ => connection.Outgoing.Close(RawClose.Unauthenticated, "authenticate_first"), null);
        if (await connection.Read(connection.Gone) is not { } frame) return false;

        var refusal = frame.Type == "authenticate" ? await authenticate.Begin(connection, frame.Data) : Refusals.NotAuthenticated;
        if (refusal is null) return true;

        connection.Refuse(refusal);
        connection.Outgoing.Close(RawClose.Unauthenticated, refusal.Code);
        return false;
    }

    private async ValueTask<Refusal?> Answer(RawConnection connection, RawFrame frame)
    {
        switch (frame.Type)
        {
            case "subscribe":
                return await subscribe.Subscribe(connection, frame.Data);
            case "unsubscribe":
                return SubscribeRaw.Unsubscribe(connection, frame.Data);
            case "authenticate":
                return await authenticate.Renew(connection, frame.Data);
            case "ping":
                connection.Say("pong", _ => { });
                return null;
            case "pong":
                return null;
            case null:
                return Refusals.BadFrame;
            default:
                return Refusals.UnknownFrame;
        }
    }

    private static string? SubscriptionOf(RawFrame frame) =>
        frame.Data.ValueKind == System.Text.Json.JsonValueKind.Object && frame.Data.TryGetProperty("subscription_id", out var id)
            && id.ValueKind == System.Text.Json.JsonValueKind.String && id.GetString() is { Length: <= 128 } text ? text : null;
}
