using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>
/// The leases of processes that share one SQLite file: a living one keeps what it has, one that has ended loses it at once.
/// </summary>
public sealed class FileLeaseTests
{
    private const string Consumer = "charts";

    [Fact]
    public async Task What_a_living_node_has_is_not_free_and_becomes_free_when_its_process_ends()
    {
        await using var storage = await TestStorage.Create(Engine.Sqlite);
        await using var beside = storage.Beside();
        var (one, other) = (new Node(storage, "one"), new Node(beside, "other"));
        Assert.Equal(1, (await one.Take())?.Epoch);

        Assert.False(other.Leases.IsFree(await other.Row()));
        Assert.True(one.Leases.IsFree(await one.Row()));
        one.Files.Dispose();
        Assert.True(other.Leases.IsFree(await other.Row()));
        Assert.Equal(2, (await other.Take())?.Epoch);

        Assert.True(other.Leases.IsMine(await one.Row()));
        other.Files.Dispose();
    }

    [Fact]
    public async Task Of_two_nodes_that_take_the_same_lease_one_has_it()
    {
        await using var storage = await TestStorage.Create(Engine.Sqlite);
        await using var beside = storage.Beside();
        var (one, other) = (new Node(storage, "one"), new Node(beside, "other"));
        var (seenByOne, seenByOther) = (await one.Row(), await other.Row());

        var taken = await Task.WhenAll(
            one.Leases.Take(seenByOne, default).AsTask(), other.Leases.Take(seenByOther, default).AsTask());

        var lease = Assert.Single(taken, each => each is not null);
        Assert.Equal(1, lease!.Epoch);
        Assert.Equal(taken[0] is not null, one.Leases.IsMine(await one.Row()));
        one.Files.Dispose();
        other.Files.Dispose();
    }

    [Fact]
    public async Task What_is_released_is_free_while_its_node_lives()
    {
        await using var storage = await TestStorage.Create(Engine.Sqlite);
        await using var beside = storage.Beside();
        var (one, other) = (new Node(storage, "one"), new Node(beside, "other"));
        await one.Take();

        await one.Leases.Release(default);

        Assert.True(other.Leases.IsFree(await other.Row()));
        Assert.Equal(2, (await other.Take())?.Epoch);
        Assert.False(one.Leases.IsFree(await one.Row()));
        one.Files.Dispose();
        other.Files.Dispose();
    }

    [Fact]
    public async Task A_beat_writes_nothing()
    {
        await using var storage = await TestStorage.Create(Engine.Sqlite);
        var one = new Node(storage, "one");
        await one.Take();

        await one.Leases.Beat(default);

        Assert.Equal(0, await storage.Database.QueryOne(Beats, [], row => row.GetInt64(0), default));
        one.Files.Dispose();
    }

    private static readonly Statement Beats = new("select count(*) from consumer_node");

    /// <summary>A process that serves the file.</summary>
    private sealed class Node
    {
        public Node(TestStorage storage, string name)
        {
            Files = new NodeFiles(storage.Options, storage.Clock);
            Leases = new Leases(storage.Database, storage.Commit, Files, new ConsumerOptions(), storage.Clock, name);
            Leases.Begin();
        }

        public NodeFiles Files { get; }

        public Leases Leases { get; }

        public async Task<LeaseRow> Row() => (await Leases.Read([Consumer], default)).Single(row => row.Consumer == Consumer);

        public async Task<Lease?> Take() => await Leases.Take(await Row(), default);
    }
}
