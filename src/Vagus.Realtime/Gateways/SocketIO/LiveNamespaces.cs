using Vagus.Kernel;

namespace Vagus.Realtime.Gateways.SocketIO;

/// <summary>What the sockets of a namespace are fed with.</summary>
internal enum NamespaceFeed
{
    /// <summary>The events of the tenant's log, presence, and answers to commands.</summary>
    Log,

    /// <summary>What a feature tells of the events of the tenant's log, and answers to commands.</summary>
    Feature,

    /// <summary>Answers to commands.</summary>
    Nothing,
}

/// <summary>The table of Socket.IO namespaces: what feeds each, and the commands that features answer in it.</summary>
internal sealed class LiveNamespaces(IEnumerable<ILiveCommand> commands, IEnumerable<ILiveNamespace> features, RealtimeOptions options)
{
    public const string Main = "/";

    private readonly ILookup<string, ILiveCommand> commands = commands.ToLookup(command => command.Namespace, StringComparer.Ordinal);

    private readonly Dictionary<string, ILiveNamespace> features = features.ToDictionary(
        feature => feature.Name, StringComparer.Ordinal);

    /// <summary>Those that this process serves.</summary>
    public IEnumerable<string> Names => commands.Select(named => named.Key).Union(features.Keys).Append(Main)
        .Distinct(StringComparer.Ordinal).Where(name => name != Main || options.ServesUpdates);

    /// <summary>A namespace that commands alone name is fed with nothing else.</summary>
    public NamespaceFeed FeedOf(string name)
    {
        if (name == Main) return NamespaceFeed.Log;
        return features.ContainsKey(name) ? NamespaceFeed.Feature : NamespaceFeed.Nothing;
    }

    /// <summary>The feature that tells in the namespace; null where none does.</summary>
    public ILiveNamespace? FeatureOf(string name) => features.GetValueOrDefault(name);

    public IEnumerable<ILiveCommand> CommandsIn(string name) => commands[name];
}
