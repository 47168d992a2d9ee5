using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Vagus.Access.Audit;
using Vagus.Access.KeyUpkeep;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Access.Tests.Audit;

/// <summary>Old entries go in whole bundles, their tiles stay, and nothing younger can be removed.</summary>
public abstract class AuditRetentionTests(Engine engine)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TenantId North = new("north");
    private static readonly TenantId South = new("south");

    [Fact]
    public async Task Whole_bundles_older_than_the_years_are_removed_and_the_tree_stays()
    {
        var clock = new SteppedClock(new DateTimeOffset(2015, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var storage = await TestStorage.Create(engine, clock, services =>
            services.AddAccess(new AccessOptions { RootKey = Convert.ToBase64String(new byte[32]) }));
        await Fill(storage, North, 600);
        clock.Now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await Fill(storage, North, 100);
        await Fill(storage, South, 300);
        var whole = await StoredLog.Read(storage.Database, North);

        await Sweep(storage, clock);

        var log = await StoredLog.Read(storage.Database, North);
        Assert.Equal(512, log.Entries[0].Index);
        Assert.Equal(701, log.Size);
        Assert.Contains("\"action\":\"audit-remove\"", log.Entries[^1].Text, StringComparison.Ordinal);
        Assert.Contains("before=512", log.Entries[^1].Text, StringComparison.Ordinal);
        Assert.Equal(whole.Tiles, log.Tiles.Take(whole.Tiles.Count), new TileComparer());
        // The removed entries stand in the tree by their tiles.
        byte[][] hashes = [.. log.Tiles.Where(tile => tile is { Level: 0, Number: < 2 }).SelectMany(tile => tile.Hashes.Chunk(32)),
            .. log.Entries.Select(entry => entry.Hash)];
        Assert.Equal(StoredLog.RootOf(hashes), log.HeadRoot);
        Assert.Equal(300, (await StoredLog.Read(storage.Database, South)).Entries.Count);
    }

    [Fact]
    public async Task The_audit_of_a_tenant_with_a_legal_hold_stays_whole_until_it_is_released()
    {
        var clock = new SteppedClock(new DateTimeOffset(2015, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var folder = Directory.CreateTempSubdirectory("vagus-held-");
        await using var storage = await TestStorage.Create(engine, clock, services =>
            services.AddAccess(new AccessOptions { RootKey = Convert.ToBase64String(new byte[32]) }),
            new StorageOptions { DataFolder = folder.FullName });
        await Fill(storage, North, 300);
        await Fill(storage, South, 300);
        await Fill(storage, AuditTrail.System, 300);
        clock.Now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var holds = storage.Get<LegalHolds>();
        var hold = await holds.Place(North, "thread", "t-1", "2036-CV-17", CancellationToken.None);

        await Sweep(storage, clock, async () => (await First(storage)).South > 0);
        var held = await First(storage);
        await holds.Release(North, hold.Value, CancellationToken.None);
        await Sweep(storage, clock, async () => await First(storage) is { North: > 0, System: > 0 });

        Assert.Equal((0, 256, 0), held);
        Assert.Equal((256, 256, 256), await First(storage));
        folder.Delete(recursive: true);
    }

    private static async Task<(long North, long South, long System)> First(TestStorage storage)
    {
        var (north, south) = (await StoredLog.Read(storage.Database, North), await StoredLog.Read(storage.Database, South));
        var system = await StoredLog.Read(storage.Database, AuditTrail.System);
        return (north.Entries[0].Index, south.Entries[0].Index, system.Entries[0].Index);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(0)]
    public void Fewer_than_six_years_are_refused(int years) => Assert.Throws<InvalidOperationException>(
        () => new ServiceCollection().AddAccess(new AccessOptions { AuditYears = years }));

    private static Task Fill(TestStorage storage, TenantId tenant, int count) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(n => storage.Get<AuditTrail>().Append(tenant, new AuditEntry($"a{n}"))));

    /// <summary>Runs the hosted duty until it has had its turn.</summary>
    private static async Task Sweep(TestStorage storage, SteppedClock clock, Func<Task<bool>>? isDone = null)
    {
        var duty = storage.Get<IEnumerable<IHostedService>>().Single(service => service.GetType().Name == "AuditRetention");
        await duty.StartAsync(CancellationToken.None);
        using var limit = new CancellationTokenSource(Limit);
        while (!await (isDone ?? NorthIsSwept)())
        {
            clock.Tick();
            await Task.Delay(20, limit.Token);
        }

        await duty.StopAsync(CancellationToken.None);

        async Task<bool> NorthIsSwept() => (await StoredLog.Read(storage.Database, North)).Entries[0].Index > 0;
    }

    private sealed class TileComparer : IEqualityComparer<StoredLog.Tile>
    {
        public bool Equals(StoredLog.Tile? one, StoredLog.Tile? other) =>
            one!.Level == other!.Level && one.Number == other.Number && one.Hashes.SequenceEqual(other.Hashes);

        public int GetHashCode(StoredLog.Tile tile) => HashCode.Combine(tile.Level, tile.Number);
    }

    /// <summary>A clock that stands still; its timers fire when they are told to.</summary>
    private sealed class SteppedClock(DateTimeOffset now) : TimeProvider
    {
        private readonly ConcurrentQueue<(TimerCallback Callback, object? State)> timers = new();

        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;

        public void Tick()
        {
            foreach (var (callback, state) in timers) callback(state);
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            timers.Enqueue((callback, state));
            return new Still();
        }

        private sealed class Still : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}

public sealed class AuditRetentionOnSqlite() : AuditRetentionTests(Engine.Sqlite);

public sealed class AuditRetentionOnPostgres() : AuditRetentionTests(Engine.Postgres);
