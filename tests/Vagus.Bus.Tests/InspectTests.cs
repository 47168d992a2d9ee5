using NATS.Client.JetStream.Models;
using Vagus.Bus.Connecting;
using Vagus.Bus.Tests.Running;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Bus.Tests;

/// <summary>What an operator sees: figures, and what <c>vagus doctor</c> is told.</summary>
public sealed class InspectTests
{
    [Fact]
    public async Task Good_streams_are_told_with_how_far_they_are_behind()
    {
        await using var nats = await NatsServer.Start();
        await using var node = await Node.Start(Engine.Sqlite, Node.Options(nats));
        await node.Append(Node.North, 1, 3);
        await node.Append(Node.South, 1, 1);
        await Condition.Becomes(
            async () => await node.Cursor(Node.North) == 3 && await node.Cursor(Node.South) == 1, "they are published");
        await node.Stop();
        await node.Append(Node.North, 4, 5);

        var findings = await InspectBus.Look(Node.Options(nats), node.Storage.Database, default);

        Assert.Null(findings.Problem);
        Assert.Equal(2, findings.Behind);
        Assert.Matches(@"^NATS \d+\.\d+\.\d+, 2 streams, at most 2 events behind$", findings.Found);
    }

    [Fact]
    public async Task A_NATS_that_is_not_there_and_a_stream_that_is_missing_or_different_are_told()
    {
        await using var nats = NatsServer.Prepare();
        await using var node = await Node.Create(Engine.Sqlite, Node.Options(nats));
        Assert.Contains("does not answer", (await Look()).Problem, StringComparison.Ordinal);

        await nats.StartAgain();
        await node.Start();
        await node.Append(Node.North, 1, 1);
        await Condition.Becomes(async () => await node.Cursor(Node.North) == 1, "it is published");
        await node.Stop();
        await using var client = new Subscriber(nats);
        await client.JetStream.DeleteStreamAsync(Subjects.EventStream(Node.North));
        Assert.Contains("VAGUS_north is missing", (await Look()).Problem, StringComparison.Ordinal);

        await client.JetStream.CreateStreamAsync(new StreamConfig(Subjects.EventStream(Node.North), ["vagus.north.>"]) { NumReplicas = 1 });
        Assert.Contains("max age is 00:00:00 and not 7.00:00:00", (await Look()).Problem, StringComparison.Ordinal);

        async Task<BusFindings> Look() => await InspectBus.Look(Node.Options(nats), node.Storage.Database, default);
    }

    [Fact]
    public async Task Each_figure_moves_when_its_thing_happens()
    {
        await using var nats = await NatsServer.Start();
        await using var reader = new Subscriber(nats);
        await reader.JetStream.CreateStreamAsync(new StreamConfig(Subjects.EventStream(Node.South), ["vagus.south.>"]) { NoAck = false });
        await using var node = await Node.Create(Engine.Sqlite, Node.Options(nats));
        using var figures = new Figures(node);
        await node.Start();
        await node.Append(Node.North, 1, 5);
        await node.Append(Node.North, 6, 6, with: draft => draft with { Labels = Sensitivity.Hiv });
        await node.Append(Node.South, 1, 1);

        await Becomes("vagus.bus.connected", 1);
        await Becomes("vagus.bus.published", 5);
        await Becomes("vagus.bus.withheld", 1);
        await Becomes("vagus.bus.streams.refused", 1);

        await nats.Wipe();
        await Becomes("vagus.bus.connected", 0);
        await nats.StartAgain();
        await Becomes("vagus.bus.refilled", 5);
        await Becomes("vagus.bus.streams.refused", 0);

        Task Becomes(string name, long least) => Condition.Becomes(
            () => Task.FromResult(least == 0 ? figures.Of(name) == 0 : figures.Of(name) >= least), $"{name} is {least}");
    }
}
