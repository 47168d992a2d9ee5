using Vagus.Access.Requests;
using Vagus.Kernel;
using Vagus.Realtime.Requests;

namespace Vagus.Realtime.Gateways.WebSocket;

/// <summary>
/// How many raw sockets of this node each user has, from showing who it is until the end: so that nobody takes all places.
/// </summary>
internal sealed class SocketShares(RealtimeOptions options) : IDisposable
{
    private readonly LimitPer<(TenantId Tenant, UserId User)> people = new(options.MaxRawConnectionsOfUser);
    private readonly LimitPer<(TenantId Tenant, UserId User)> services = new(options.MaxRawConnectionsOfService);

    /// <summary>Why the user may have no further one; else null.</summary>
    public Refusal? Enter(WebSocketConnection connection, Caller caller)
    {
        if (connection.Share is not null) return null;
        var share = (caller.Role == Role.Service ? services : people).Begin((caller.Tenant, caller.User));
        if (!share.IsAcquired) return Refusals.TooManyConnections(options.RawConnectionsOf(caller.Role));
        connection.Share = share;
        return null;
    }

    public void Dispose()
    {
        people.Dispose();
        services.Dispose();
    }
}
