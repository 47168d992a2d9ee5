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

    public void Tell(TenantId tenant, string inNamespace, IReadOnlyDictionary<SessionId, LiveWord> words)
    {
        var told = words.ToDictionary(each => each.Key, each => new EphemeralEvent(each.Value.Name, each.Value.Data, inNamespace));
        foreach (var connection in feeds.SessionsOf(tenant))
        {
            // By the sign-in that Listening tells; a token that was renewed since may be of another one.
            if (connection.Namespace == inNamespace && told.TryGetValue(connection.Caller.Session, out var word)) connection.Tell(word);
        }
    }

    public IReadOnlyList<Caller> Listening(TenantId tenant, string inNamespace) =>
    [
        .. feeds.SessionsOf(tenant).Where(connection => connection.Namespace == inNamespace).Select(connection => connection.Caller),
    ];
}
