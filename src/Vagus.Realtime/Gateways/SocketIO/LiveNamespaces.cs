using Vagus.Kernel;

namespace Vagus.Realtime.Gateways.SocketIO;

/// <summary>What the sockets of a namespace are fed with.</summary>
internal enum NamespaceFeed
{
    /// <summary>The events of the tenant's log, presence, and answers to commands.</summary>
    Log,

    /// <summary>Answers to commands.</summary>
    Nothing,
}

/// <summary>The table of Socket.IO namespaces: what feeds each, and the commands that features answer in it.</summary>
internal sealed class LiveNamespaces(IEnumerable<ILiveCommand> commands)
{
    private readonly ILookup<string, ILiveCommand> commands = commands.ToLookup(command => command.Namespace, StringComparer.Ordinal);

    private static readonly Dictionary<string, NamespaceFeed> Fed = new(StringComparer.Ordinal)
    {
        ["/"] = NamespaceFeed.Log,
    };

    public IEnumerable<string> Names => commands.Select(named => named.Key).Union(Fed.Keys, StringComparer.Ordinal);

    /// <summary>A namespace that commands alone name is fed with nothing else.</summary>
    public static NamespaceFeed FeedOf(string name) => Fed.GetValueOrDefault(name, NamespaceFeed.Nothing);

    public IEnumerable<ILiveCommand> CommandsIn(string name) => commands[name];
}
