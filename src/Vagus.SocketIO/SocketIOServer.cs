using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vagus.SocketIO.Engine;
using Vagus.SocketIO.Packets;
using Vagus.SocketIO.Recovery;
using Vagus.SocketIO.Sockets;

namespace Vagus.SocketIO;

/// <summary>The server as the application sees it, inside handlers and out: its namespaces, and through them rooms and sockets.</summary>
public sealed class SocketIOServer
{
    private readonly ConcurrentDictionary<string, SocketNamespace> _namespaces = new(StringComparer.Ordinal);
    private readonly EngineHost _host;

    internal SocketIOServer(EngineHost host, IOptions<SocketIOOptions> options, SocketIOMetrics metrics, ILogger<SocketIOServer> logger)
    {
        _host = host;
        Options = options.Value;
        Options.Json = Attached.Extend(Options.Json);
        Metrics = metrics;
        Logger = logger;
        Recovery = Options.Recovery is { } recovery ? new SessionRecovery(recovery, host.Clock) : null;
    }

    public IReadOnlyCollection<SocketNamespace> Namespaces => (IReadOnlyCollection<SocketNamespace>)_namespaces.Values;

    /// <summary>Open connections; each may be in several namespaces.</summary>
    public int ConnectionCount => _host.ConnectionCount;

    internal SocketIOOptions Options { get; }

    internal SocketIOMetrics Metrics { get; }

    internal ILogger Logger { get; }

    internal SessionRecovery? Recovery { get; }

    internal EngineHost Host => _host;

    /// <summary>Opens a namespace to clients, or adds to one that is open already.</summary>
    public SocketIOServer Namespace(string name, Action<SocketNamespace> configure)
    {
        configure(_namespaces.GetOrAdd(Normal(name), static (key, server) => new SocketNamespace(key, server), this));
        return this;
    }

    /// <summary>The namespace of this name, which must have been opened.</summary>
    public SocketNamespace Of(string name) =>
        _namespaces.TryGetValue(Normal(name), out var found)
            ? found : throw new ArgumentException($"No namespace {name} is open.", nameof(name));

    /// <summary>
    /// Refuses new connections and closes the open ones in batches, so that clients come back elsewhere and not all at once.
    /// </summary>
    public Task Drain(CancellationToken cancel = default) => _host.Drain(cancel);

    internal EngineReceiver Accept(EngineSession session) => new SocketIOClient(this, session);

    internal bool TryFind(string name, out SocketNamespace? found) => _namespaces.TryGetValue(name, out found);

    private static string Normal(string name) => name.StartsWith('/') ? name : "/" + name;
}
