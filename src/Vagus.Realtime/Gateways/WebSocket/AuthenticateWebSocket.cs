using System.Text.Json;
using Vagus.Access.Sessions;
using Vagus.Kernel;
using Vagus.Realtime.Feed;
using Vagus.Realtime.Requests;

namespace Vagus.Realtime.Gateways.WebSocket;

/// <summary>
/// <c>authenticate { token, client_id?, since? }</c>: the first frame. With the <c>client_id</c> of an earlier connection and <c>since</c>
/// the subscriptions of that connection go on from there, if they are still known: <c>welcome</c> says so in <c>resumed</c>. Where they are
/// not, the connection owes the client what lies after <c>since</c>: the first subscriptions are replayed from there, and without one a gap
/// is told. Later it renews the token.
/// </summary>
internal sealed class AuthenticateWebSocket(
    Authentication sessions, ConnectionTickets tickets, Feeds feeds, WebSocketClients clients, SocketShares shares, LiveAudit audit,
    IdSource ids)
{
    /// <summary>The credential came with the request to open the connection: <c>welcome</c> comes unasked.</summary>
    public async ValueTask<Refusal?> Begin(WebSocketConnection connection, ShownCredential shown)
    {
        var admission = shown.IsTicket
            ? await tickets.Spend(shown.Secret, connection.Gone) : await sessions.AuthenticateToken(shown.Secret, connection.Gone);
        if (admission.IsRefused) return admission.Refusal;
        if (shares.Enter(connection, admission.Value.Caller) is { } tooMany) return tooMany;

        connection.MayNameItself = true;
        await Enter(clients.Open(connection, admission.Value, ids.NewId()), since: null);
        return null;
    }

    public async ValueTask<Refusal?> Begin(WebSocketConnection connection, JsonElement data)
    {
        var fields = RequestFields.Read(data, "token", "client_id", "since");
        if (fields.IsRefused) return fields.Refusal;
        var since = fields.Value.Position("since");
        if (since.IsRefused) return since.Refusal;
        var claimed = fields.Value.Has("client_id") ? fields.Value.Text("client_id") : "";
        if (claimed.IsRefused) return claimed.Refusal;
        var admission = await sessions.AuthenticateToken(fields.Value, connection.Gone);
        if (admission.IsRefused) return admission.Refusal;
        if (shares.Enter(connection, admission.Value.Caller) is { } tooMany) return tooMany;

        // Without a position there is nothing to go on from: what is remembered stays for the connection that brings one.
        var known = claimed.Value.Length > 0 && since.Value is not null ? clients.Take(admission.Value.Caller, claimed.Value) : null;
        var id = known is null ? ids.NewId() : claimed.Value;
        var session = clients.Open(connection, admission.Value, id);
        if (known is { IsComplete: true, Asked: { Count: > 0 } asked } && SubscribeSearch.MayGoOn(session, asked))
        {
            var back = await feeds.WayBack(session.Caller.Tenant, since.Value!.Value, session.Gone);
            // A search is not gone on with over a gap: it is opened anew, and so are the subscriptions beside it.
            if (back.Lost is null || asked.All(each => each.Filter.Search is null))
                return await Resume(session, asked, since.Value!.Value, back);
        }

        await Enter(session, since.Value);
        return null;
    }

    public async ValueTask<Refusal?> Renew(WebSocketConnection connection, JsonElement data)
    {
        var fields = RequestFields.Read(data, "token", "client_id", "since");
        if (fields.IsRefused) return fields.Refusal;
        var admission = await sessions.AuthenticateToken(fields.Value, connection.Gone);
        if (admission.IsRefused) return admission.Refusal;

        var session = connection.Session!;
        if (!session.Renew(admission.Value)) return Refusals.AnotherCaller;

        await feeds.LivesOn(session, connection.Gone);
        session.Say("authenticated", json => json.WriteString("expires_at"u8, session.ExpiresAt.UtcDateTime));
        return null;
    }

    /// <summary>
    /// Its subscriptions begin where the client has come to: one way through the log for all of them, so each event comes once and in
    /// order.
    /// </summary>
    private async ValueTask<Refusal?> Resume(
        WebSocketSession session, IReadOnlyList<(string Id, EventFilter Filter)> asked, long since, WayBack back)
    {
        var entry = new Entry(back.After, asked) { Gap = back.Lost };
        if (await audit.Began(session, entry, goesOn: true) is { } unaudited) return unaudited;
        await feeds.Enter(session, entry, _ => Welcome(session, since, resumed: true));
        return null;
    }

    private async ValueTask Enter(WebSocketSession session, long? since)
    {
        var standing = await feeds.Standing(session.Caller.Tenant, session.Gone);
        if (since is { } position) session.OweFrom(position);
        await feeds.Enter(
            session, new Entry(standing, Asked: []), place => Welcome(session, Math.Min(since ?? place, place), resumed: false));
    }

    /// <summary>The sequence is what the client has: it never says more than was sent.</summary>
    private static void Welcome(WebSocketSession session, long sequence, bool resumed) => session.Say("welcome", json =>
    {
        json.WriteString("client_id"u8, session.ClientId);
        json.WriteNumber("sequence"u8, sequence);
        json.WriteBoolean("resumed"u8, resumed);
    });
}
