using Vagus.EndToEnd.Tests.Running;
using Vagus.Testing;

namespace Vagus.Bench.Hospital;

/// <summary>
/// The servers under load as processes of their own: one on SQLite, one on PostgreSQL, or two on PostgreSQL with NATS. PostgreSQL syncs, as
/// an operator's does. The server is measured, not its limits of rates.
/// </summary>
internal sealed class Place : IAsyncDisposable
{
    public static readonly IReadOnlyList<string> Kinds = ["sqlite", "postgres", "nodes"];
    private readonly PostgresServer? postgres;
    private readonly NatsServer? nats;

    private Place(IReadOnlyList<RunningServer> nodes, Dictionary<string, string> settings, PostgresServer? postgres, NatsServer? nats) =>
        (Nodes, Settings, this.postgres, this.nats) = (nodes, settings, postgres, nats);

    public IReadOnlyList<RunningServer> Nodes { get; }

    public Dictionary<string, string> Settings { get; }

    public ServerData Data => Nodes[0].Data;

    public static async Task<Place> Open(string kind)
    {
        var postgres = kind == "sqlite" ? null : await PostgresServer.StartOwn();
        var nats = kind == "nodes" ? await NatsServer.Start() : null;
        Dictionary<string, string> settings = new()
        {
            ["VAGUS_RATE_PER_ADDRESS"] = "0", ["VAGUS_RATE_PER_PERSON"] = "0", ["VAGUS_RATE_PER_SERVICE"] = "0",
            ["VAGUS_RATE_PER_TENANT"] = "0", ["VAGUS_SENDS_PER_MINUTE"] = "10000000",
            ["VAGUS_SOCKETS_PER_PERSON"] = "50000", ["VAGUS_SOCKETS_PER_SERVICE"] = "50000",
        };
        if (nats is not null) settings["VAGUS_NATS"] = nats.Url;
        var first = await RunningServer.StartOn(ServerData.On(postgres is null ? null : await postgres.AddDatabase()), settings);
        IReadOnlyList<RunningServer> nodes = kind == "nodes" ? [first, await first.StartBeside(settings)] : [first];
        return new Place(nodes, settings, postgres, nats);
    }

    public Task StartAgain(RunningServer node) => node.StartAgain([], Settings);

    /// <summary>What the servers have used so far, without PostgreSQL and NATS.</summary>
    public Usage Usage() => Hospital.Usage.Of(Nodes.Where(node => !node.Process.HasExited).Select(node => node.Process.Id));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes.Reverse()) await node.DisposeAsync();
        if (nats is not null) await nats.DisposeAsync();
        if (postgres is not null) await postgres.DisposeAsync();
    }
}
