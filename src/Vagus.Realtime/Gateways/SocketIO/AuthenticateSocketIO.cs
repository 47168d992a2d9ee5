using Vagus.Access.Audit;
using Vagus.Access.Sessions;
using Vagus.Kernel;
using Vagus.Realtime.Feed;
using Vagus.Realtime.Requests;
using Vagus.SocketIO;

namespace Vagus.Realtime.Gateways.SocketIO;

/// <summary>
/// Lets a socket in by its credentials, also one that recovers a session, and renews them with <c>authenticate { token }</c>.
/// </summary>
internal sealed class AuthenticateSocketIO(
    Authentication sessions, Feeds feeds, LiveNamespaces namespaces, LiveAudit audit, RealtimeOptions options, TimeProvider clock)
{
    public async ValueTask<ConnectRefusal?> Admit(ClientSocket socket, SocketForms forms, CancellationToken cancel)
    {
        // Half a surrogate pair is no text: refused here, no reader of the credentials meets one.
        if (!WellFormed.Text(socket.Handshake.AuthJson.Span)) return await Refuse(socket, caller: null, Refusals.Unauthenticated);

        var admission = await SocketCredentials.Admit(sessions, socket.Handshake, cancel);
        if (admission.Refusal is { } refusal) return await Refuse(socket, caller: null, refusal);
        var caller = admission.Value.Caller;
        var since = RequestFields.Lenient(socket.Handshake.Auth).Position("since");
        if (since.Refusal is { } invalid) return await Refuse(socket, caller, invalid);

        new SocketIOSession(socket, forms, admission.Value, options, clock)
        {
            Since = since.Value,
            Origin = OriginOf(socket),
            FollowsLog = namespaces.FeedOf(socket.Namespace.Name) != NamespaceFeed.Nothing,
        }.Attach();
        socket.Identity = $"{caller.Tenant.Value}/{caller.Role.Name()}/{caller.User.Value}";
        foreach (var room in RoomNames.Of(caller)) socket.Join(room);
        return null;
    }

    public async ValueTask<Result<object>> Renew(SocketIOSession session, EventArguments arguments, CancellationToken cancel)
    {
        var fields = RequestFields.Read(AnswerEvent.Given(arguments), "token");
        if (fields.IsRefused) return fields.Refusal!;
        var admission = await sessions.AuthenticateToken(fields.Value, cancel);
        if (admission.IsRefused) return admission.Refusal!;
        if (!session.Renew(admission.Value)) return Refusals.AnotherCaller;

        await feeds.LivesOn(session, cancel);
        return new { ok = true, expiresAt = session.ExpiresAt };
    }

    private async ValueTask<ConnectRefusal> Refuse(ClientSocket socket, Caller? caller, Refusal refusal)
    {
        var told = await audit.Refused(OriginOf(socket), $"CONNECT {socket.Namespace.Name}", caller, refusal);
        return new ConnectRefusal(told.Message, new { code = told.Code });
    }

    private static AuditOrigin OriginOf(ClientSocket socket) => AuditOrigin.Of(socket.Handshake.RemoteAddress, socket.Handshake.Headers);
}
