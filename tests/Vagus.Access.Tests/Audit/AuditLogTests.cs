using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Access.Tests.Audit;

/// <summary>What the audit log holds after commits, undone writes, failures and other processes.</summary>
public abstract class AuditLogTests(Engine engine)
{
    private protected static readonly TenantId North = new("north");
    private protected static readonly TenantId South = new("south");
    private static readonly TenantId East = new("east");

    [Fact]
    public async Task The_head_has_the_root_of_the_tree_over_the_stored_entries_at_every_size()
    {
        await using var storage = await Create();

        for (var size = 1; size <= 20; size++)
        {
            Assert.Null(await Append(storage, North, $"a{size}"));
            var log = await StoredLog.Read(storage.Database, North);

            Assert.Equal(size, log.Size);
            Assert.Equal(Enumerable.Range(0, size).Select(index => (long)index), log.Entries.Select(entry => entry.Index));
            Assert.Equal(log.Root, log.HeadRoot);
        }
    }

    [Fact]
    public async Task Many_at_once_get_indexes_without_a_gap_and_their_tiles()
    {
        await using var storage = await Create();

        await Task.WhenAll(Enumerable.Range(0, 1500).Select(n => Append(storage, North, $"a{n}")));
        await Task.WhenAll(Enumerable.Range(0, 70).Select(n => Append(storage, North, $"b{n}")));

        var log = await StoredLog.Read(storage.Database, North);
        Assert.Equal(1570, log.Size);
        Assert.Equal(1570, log.Entries.Count);
        Assert.Equal(log.Root, log.HeadRoot);
        byte[][] hashes = [.. log.Entries.Select(entry => entry.Hash)];
        var full = hashes.Chunk(256).Where(chunk => chunk.Length == 256).ToList();
        Assert.Equal(6, full.Count);
        Assert.Equal(
            full.Select(chunk => (byte[])[.. chunk.SelectMany(hash => hash)]),
            log.Tiles.Where(tile => tile.Level == 0).Select(tile => tile.Hashes));
        Assert.Equal(
            (byte[])[.. full.SelectMany(chunk => StoredLog.RootOf(chunk))], Assert.Single(log.Tiles, tile => tile.Level == 1).Hashes);
    }

    [Fact]
    public async Task Each_tenant_has_a_log_of_its_own()
    {
        await using var storage = await Create();

        await Task.WhenAll(Append(storage, North, "n"), Append(storage, South, "s"), Append(storage, AuditTrail.System, "x"));

        foreach (var (tenant, action) in new[] { (North, "n"), (South, "s"), (AuditTrail.System, "x") })
        {
            var log = await StoredLog.Read(storage.Database, tenant);
            Assert.Contains($"\"action\":\"{action}\"", Assert.Single(log.Entries).Text, StringComparison.Ordinal);
            Assert.Equal(log.Root, log.HeadRoot);
        }
    }

    [Fact]
    public async Task An_entry_of_a_write_that_is_undone_never_was()
    {
        await using var storage = await Create();

        var outcomes = await storage.WriteTogether(North, Writing("kept"), Writing("refused", Refused), Thrown("thrown"), Writing("kept too"));

        Assert.Equal([false, true, false], [Answer(outcomes[0]).IsRefused, Answer(outcomes[1]).IsRefused, Answer(outcomes[3]).IsRefused]);
        var log = await StoredLog.Read(storage.Database, North);
        Assert.Equal(2, log.Entries.Count);
        Assert.DoesNotContain(log.Entries, entry => entry.Text.Contains("refused", StringComparison.Ordinal));
        Assert.Equal(log.Root, log.HeadRoot);
    }

    [Fact]
    public async Task The_instants_of_a_log_never_go_back()
    {
        var behind = new TestClock(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));
        await using var storage = await TestStorage.Create(engine, behind, Rooms);

        await Append(storage, North, "a");
        behind.Advance(TimeSpan.FromHours(-1));
        await Append(storage, North, "b");

        var log = await StoredLog.Read(storage.Database, North);
        Assert.Equal(log.Entries[0].RecordedAt, log.Entries[1].RecordedAt);
    }

    [Theory]
    [InlineData("update audit_entry set body = body")]
    [InlineData("delete from audit_entry")]
    [InlineData("delete from audit_tile")]
    public async Task The_database_refuses_to_change_or_remove_entries_and_tiles(string statement)
    {
        await using var storage = await Create();
        await Task.WhenAll(Enumerable.Range(0, 300).Select(n => Append(storage, North, $"a{n}")));
        Assert.Equal(300, (await StoredLog.Read(storage.Database, North)).Entries.Count);

        await Assert.ThrowsAnyAsync<Exception>(async () => await storage.Commit.Write<bool>(
            North,
            async (write, cancel) =>
            {
                await write.Execute(new Statement(statement), [], cancel);
                return true;
            },
            default));

        var log = await StoredLog.Read(storage.Database, North);
        Assert.Equal(300, log.Entries.Count);
        Assert.Equal(log.Root, log.HeadRoot);
    }

    [Fact]
    public async Task Where_an_entry_cannot_be_written_the_write_and_the_read_of_its_group_fail()
    {
        await using var storage = await Create();
        await Append(storage, North, "a");
        await Break(storage);

        var write = await storage.Commit.Write(North, Writing("b"), default);

        Assert.Equal(RefusalKind.Unavailable, write.Refusal?.Kind);
        Assert.Equal(RefusalKind.Unavailable, (await Append(storage, North, "c"))?.Kind);
        Assert.Single((await StoredLog.Read(storage.Database, North)).Entries);
        Assert.Null(await Append(storage, South, "d"));
    }

    [Theory]
    [InlineData("update audit_head set size = 0, frontier = @none where tenant_id = 'north'")]
    [InlineData("update audit_head set size = 3, frontier = @none where tenant_id = 'north'")]
    public async Task A_log_that_another_hand_has_changed_stops_its_own_tenant_only(string statement)
    {
        await using var storage = await Create(new StorageOptions { PostgresLanes = 1 });
        await Append(storage, North, "a");
        await Append(storage, South, "b");
        await Change(storage, statement);

        Task<Refusal?>[] read = [];
        await storage.WriteTogether(East, (_, _) =>
        {
            // Both wait while this one runs, and share the next group.
            read = [Append(storage, North, "c"), Append(storage, South, "d")];
            return ValueTask.FromResult<Result<int>>(1);
        });

        Assert.Null(await read[1]);
        // On SQLite it is in the journal, until the log takes entries again.
        Assert.Equal(engine == Engine.Sqlite ? null : "unrecorded", (await read[0])?.Code);
        Assert.Equal(2, (await StoredLog.Read(storage.Database, South)).Entries.Count);
        Assert.Equal("unrecorded", (await Append(storage, North, "after"))?.Code);
        Assert.Single((await StoredLog.Read(storage.Database, North)).Entries);
        Assert.Equal("unrecorded", (await storage.Commit.Write(North, Writing("e"), default)).Refusal?.Code);
        Assert.Equal(1, (await storage.Commit.Write(South, Writing("f"), default)).Value);
    }

    private static readonly Refusal Refused = new(RefusalKind.Conflict, "no", "No.");

    // The head was moved back by another hand: the next index is taken.
    private static Task Break(TestStorage storage) => Change(storage, "update audit_head set size = 0, frontier = @none");

    private static async Task Change(TestStorage storage, string statement)
    {
        // Asking for the log puts into it what its journal holds.
        Assert.NotEmpty((await StoredLog.Read(storage.Database, North)).Entries);
        await storage.Commit.Write<bool>(
            South,
            async (write, cancel) =>
            {
                await write.Execute(new Statement(statement), [Array.Empty<byte>()], cancel);
                return true;
            },
            default);
    }

    private static Func<WriteTransaction, CancellationToken, ValueTask<Result<int>>> Writing(string action, Refusal? refusal = null) =>
        (write, _) =>
        {
            AuditTrail.Add(write, new AuditEntry(action));
            return ValueTask.FromResult<Result<int>>(refusal is null ? 1 : refusal);
        };

    private static Func<WriteTransaction, CancellationToken, ValueTask<Result<int>>> Thrown(string action) => (write, _) =>
    {
        AuditTrail.Add(write, new AuditEntry(action));
        throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"On purpose: {action}."));
    };

    private static Result<int> Answer(Task<Result<int>> task) => task.IsCompletedSuccessfully ? task.Result : Refused;

    private protected static Task<Refusal?> Append(TestStorage storage, TenantId tenant, string action) =>
        storage.Get<AuditTrail>().Append(tenant, new AuditEntry(action));

    private protected Task<TestStorage> Create(StorageOptions? options = null) => TestStorage.Create(engine, add: Rooms, options: options);

    private static void Rooms(IServiceCollection services) =>
        services.AddAccess(new AccessOptions { RootKey = Convert.ToBase64String(new byte[32]) });
}

public sealed class AuditLogOnSqlite() : AuditLogTests(Engine.Sqlite);

public sealed class AuditLogOnPostgres() : AuditLogTests(Engine.Postgres)
{
    [Fact]
    public async Task Two_processes_on_one_database_share_the_indexes()
    {
        await using var storage = await Create();
        await using var other = storage.Beside();

        await Task.WhenAll(Enumerable.Range(0, 600).Select(n => Append(n % 2 == 0 ? storage : other, n % 3 == 0 ? South : North, $"a{n}")));

        foreach (var (tenant, size) in new[] { (North, 400), (South, 200) })
        {
            var log = await StoredLog.Read(storage.Database, tenant);
            Assert.Equal(size, log.Size);
            Assert.Equal(size, log.Entries.Count);
            Assert.Equal(log.Root, log.HeadRoot);
        }
    }
}
