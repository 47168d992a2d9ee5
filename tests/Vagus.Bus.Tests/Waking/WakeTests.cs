using System.Collections.Concurrent;
using Vagus.Bus.Tests.Running;
using Vagus.Bus.Waking;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Bus.Tests.Waking;

/// <summary>Two sets of services on one PostgreSQL database are what two nodes are.</summary>
public sealed class WakeTests
{
    [Fact]
    public async Task A_commit_of_one_node_wakes_the_readers_of_another_by_NATS_alone()
    {
        await using var nats = await NatsServer.Start();
        await using var one = await Node.Start(Engine.Postgres, Node.Options(nats));
        await using var other = one.Beside();
        await other.Start(listens: false);
        var heard = new ConcurrentDictionary<long, bool>();
        using var observation = other.Storage.Get<LogSignal>().Observe((tenant, position) => heard[position] = tenant == Node.North);

        var written = 0;
        await Condition.Becomes(
            async () =>
            {
                written++;
                await one.Append(Node.North, written, written);
                return heard.ContainsKey(written - 1);
            },
            "the other node hears");

        Assert.True(heard.Values.All(isNorth => isNorth));
    }

    [Fact]
    public async Task One_of_two_nodes_publishes_and_after_its_end_the_other_goes_on()
    {
        await using var nats = await NatsServer.Start();
        await using var reader = new Subscriber(nats);
        await using var one = await Node.Start(Engine.Postgres, Node.Options(nats));
        await using var other = one.Beside();
        await other.Start(listens: true);
        await one.Append(Node.North, 1, 100);
        await Condition.Becomes(async () => await reader.Count(Node.North) == 100, "they are published");

        await one.Stop();
        await other.Append(Node.North, 101, 200);

        await Condition.Becomes(async () => await reader.Count(Node.North) >= 200, "the other node publishes");
        Assert.Equal(Node.Ids(1, 200), await reader.Ids(Node.North));
    }

    [Theory]
    [InlineData("17 north", 17)]
    [InlineData("17", null)]
    [InlineData("-1 north", null)]
    [InlineData("17 North", null)]
    [InlineData("17 north.>", null)]
    [InlineData("99999999999999999999 north", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_hint_names_a_position_and_a_tenant(string? hint, int? position) =>
        Assert.Equal(position is null ? null : (new TenantId("north"), (long)position), WakeNodes.Parse(hint));
}
