using Vagus.Bus.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Bus.Tests.Publishing;

/// <summary>A cluster of NATS with three replicas of each stream, whose servers are killed in turn.</summary>
public sealed class ClusterTests
{
    private static readonly TenantId North = Node.North;

    [Fact]
    public async Task Each_server_of_the_cluster_is_killed_once_and_nothing_is_lost_doubled_or_out_of_order()
    {
        await using var cluster = await NatsCluster.Start();
        var options = Node.Options(cluster.Servers[0]);
        await using var node = await Node.Start(
            Engine.Sqlite, options with { Servers = cluster.Urls, Limits = options.Limits with { Replicas = 3 } });
        await using var reader = new Subscriber(cluster.Urls);
        await node.Append(North, 1, 100);
        await reader.HasAll(North, 100);

        var written = 100;
        foreach (var server in cluster.Servers)
        {
            var killing = server.Kill();
            await node.Append(North, written + 1, written + 150);
            await killing;
            await node.Append(North, written + 151, written + 200);
            written += 200;
            await Condition.Becomes(async () => await node.Cursor(North) == written, $"{written} are published by the two that are left");
            await server.StartAgain();
        }

        await reader.HasAll(North, written);
    }
}
