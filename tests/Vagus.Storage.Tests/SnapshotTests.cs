using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>Several queries that see one moment of the database.</summary>
public abstract class SnapshotTests(Engine engine)
{
    private static readonly TenantId North = new("north");

    [Fact]
    public async Task What_commits_between_two_queries_of_a_snapshot_is_in_neither()
    {
        await using var storage = await TestStorage.Create(engine);
        await Append(storage);

        var seen = await storage.Database.InSnapshot(
            async snapshot =>
            {
                var first = (await EventLog.Extent(snapshot, North, default)).Last;
                await Append(storage);
                return (first, (await EventLog.Extent(snapshot, North, default)).Last);
            },
            default);

        Assert.Equal((1, 1), seen);
        Assert.Equal(2, await storage.Database.InSnapshot(async later => (await EventLog.Extent(later, North, default)).Last, default));
    }

    [Fact]
    public async Task Work_that_throws_ends_its_snapshot()
    {
        await using var storage = await TestStorage.Create(engine);
        await Append(storage);
        static ValueTask<long> Fail(IRunQueries snapshot) => throw new InvalidOperationException("as it should");

        for (var each = 0; each < 40; each++)
            await Assert.ThrowsAsync<InvalidOperationException>(() => storage.Database.InSnapshot(Fail, default).AsTask());

        Assert.Equal(1, await storage.Database.InSnapshot(async later => (await EventLog.Extent(later, North, default)).Last, default));
    }

    private static async Task Append(TestStorage storage) => await storage.Commit.Write<long>(
        North,
        async (write, cancel) => await write.Append(new NewEvent(Guid.NewGuid().ToString(), "lab.order.created", "{}"u8.ToArray()), cancel),
        default);
}

public sealed class SnapshotOnSqlite() : SnapshotTests(Engine.Sqlite);

public sealed class SnapshotOnPostgres() : SnapshotTests(Engine.Postgres);
