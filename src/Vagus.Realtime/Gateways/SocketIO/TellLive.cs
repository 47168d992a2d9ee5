using Vagus.Kernel;
using Vagus.Realtime.Feed;

namespace Vagus.Realtime.Gateways.SocketIO;

/// <summary>What features tell beside the log, to the sockets of one tenant and namespace on this node.</summary>
internal sealed class TellLive(Feeds feeds) : ITellLive
{
    public void Tell(TenantId tenant, string inNamespace, LiveWord word, Func<Caller, bool> hears)
    {
        var told = new EphemeralEvent(word.Name, word.Data, inNamespace);
        foreach (var connection in feeds.SessionsOf(tenant))
        {
            if (connection.Namespace == inNamespace && hears(connection.Caller)) connection.Tell(told);
        }
    }

    public IReadOnlyList<Caller> Listening(TenantId tenant, string inNamespace) =>
    [
        .. feeds.SessionsOf(tenant).Where(connection => connection.Namespace == inNamespace).Select(connection => connection.Caller),
    ];
}
