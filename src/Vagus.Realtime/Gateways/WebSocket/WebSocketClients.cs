using System.Collections.Concurrent;
using Vagus.Access.Sessions;
using Vagus.Kernel;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Gateways.WebSocket;

/// <summary>
/// The clients of <c>/ws</c> on this node by their <c>client_id</c>, those that are here and those that went away. A client that comes back
/// finds what it had asked for, also when its old connection is only half gone: the newer one takes over and the older one is closed. An id
/// is good only together with its own caller.
/// </summary>
internal sealed class WebSocketClients(AbsentClients absent, WebSocketForms forms, RealtimeOptions options, TimeProvider clock)
{
    private readonly ConcurrentDictionary<(TenantId Tenant, UserId User, string ClientId), WebSocketSession> present = new();

    /// <summary>A connection that has shown who it is goes on as this client.</summary>
    public WebSocketSession Open(WebSocketConnection connection, Admission admission, string clientId)
    {
        var session = connection.Session = new WebSocketSession(
            clientId, admission, connection, forms, options, clock) { Origin = connection.Origin };
        present[KeyOf(session.Caller, clientId)] = session;
        return session;
    }

    /// <summary>
    /// What the client had asked for; null when it is not known (any more). The connection that takes it goes on in the older one's place.
    /// </summary>
    public Absent? Take(Caller caller, string clientId)
    {
        if (!present.TryRemove(KeyOf(caller, clientId), out var older)) return absent.Take(caller, clientId);

        var asked = older.Place?.Asked ?? Absent.Unknown;
        older.Close(Closing.Replaced);
        return asked;
    }

    /// <summary>Remembers what a connection that ends had asked for, unless a newer one has taken over.</summary>
    public void Leave(WebSocketSession session)
    {
        if (!present.TryRemove(new(KeyOf(session.Caller, session.ClientId), session))) return;
        if (session.Place is { } place) absent.Put(session.Caller, session.ClientId, place.Asked);
    }

    private static (TenantId Tenant, UserId User, string ClientId) KeyOf(Caller caller, string clientId) =>
        (caller.Tenant, caller.User, clientId);
}
