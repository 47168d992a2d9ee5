using System.Globalization;
using Vagus.Testing;

namespace Vagus.Bus.Tests.Running;

/// <summary>Three servers of NATS that are one cluster.</summary>
internal sealed class NatsCluster : IAsyncDisposable
{
    private readonly NatsServer[] servers;

    private NatsCluster(NatsServer[] servers) => this.servers = servers;

    public IReadOnlyList<NatsServer> Servers => servers;

    public string Urls => string.Join(',', servers.Select(server => server.Url));

    public static async Task<NatsCluster> Start()
    {
        var ports = Enumerable.Range(0, 3).Select(_ => FreePort.Take()).ToArray();
        var routes = string.Join(", ", ports.Select(port => string.Create(CultureInfo.InvariantCulture, $"\"nats://127.0.0.1:{port}\"")));
        var servers = ports.Select((port, index) => NatsServer.Prepare(string.Create(
            CultureInfo.InvariantCulture,
            $"server_name: n{index}\ncluster {{ name: c, listen: \"127.0.0.1:{port}\", routes: [{routes}] }}\n"))).ToArray();
        await Task.WhenAll(servers.Select(server => server.StartAgain()));
        return new NatsCluster(servers);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers) await server.DisposeAsync();
    }
}
