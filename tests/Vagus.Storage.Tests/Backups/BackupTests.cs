using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Kernel;
using Vagus.Storage.Backups;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Migrations;
using Vagus.Storage.Retention;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Storage.Tests.Backups;

/// <summary>A database is copied while others write, and comes back whole or not at all; its log gives no position out twice.</summary>
public abstract class BackupTests(Engine engine) : IDisposable
{
    private static readonly TenantId North = new("north");
    private readonly DirectoryInfo place = Directory.CreateTempSubdirectory("vagus-backup-");

    private string Folder => Path.Combine(place.FullName, "copy");

    public void Dispose()
    {
        place.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_was_committed_before_is_in_it_and_of_later_writes_nothing_or_all_up_to_one()
    {
        await using var storage = await TestStorage.Create(engine);
        await Append(storage, North, 20);
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) await Append(storage, North, 1);
        });

        var manifest = await storage.Get<TakeBackup>().To(Folder, "1.0", default);
        await stop.CancelAsync();
        await writing;
        var restored = await Restore();

        var events = await restored.Log.Read(North, 0, 100_000, default);
        var log = Assert.Single(manifest.Logs);
        Assert.True(log.Last >= 20);
        Assert.Equal(Enumerable.Range(1, (int)log.Last).Select(n => (long)n), events.Select(each => each.Position));
        var original = await storage.Log.Read(North, 0, (int)log.Last, default);
        Assert.Equal(original.Select(each => each.EventId), events.Select(each => each.EventId));
        Assert.Equal(original.Select(each => each.Body.ToArray()), events.Select(each => each.Body.ToArray()));
        await restored.DisposeAsync();
    }

    [Fact]
    public async Task A_restored_log_goes_on_behind_every_position_that_was_given_out_also_after_a_second_restore()
    {
        await using var storage = await TestStorage.Create(engine);
        await Append(storage, North, 5);
        await storage.Get<TakeBackup>().To(Folder, "1.0", default);
        await Append(storage, North, 50);

        var first = await Restore();
        var seen = await Append(first, North, 3);
        await first.DisposeAsync();
        await using var second = await Restore();
        var next = await Append(second, North, 1);

        Assert.True(seen > 55);
        Assert.True(next > seen, $"{next} was given out again: clients had seen {seen}.");
        Assert.True(next < 1L << 53);
    }

    [Fact]
    public async Task The_log_of_a_tenant_that_the_backup_does_not_know_begins_behind_them_too()
    {
        await using var storage = await TestStorage.Create(engine);
        await storage.Get<TakeBackup>().To(Folder, "1.0", default);
        var seen = await Append(storage, North, 9);

        await using var restored = await Restore();
        var next = await Append(restored, North, 1);

        Assert.True(next > seen);
        Assert.Equal(new LogExtent(next, next), await restored.Log.Extent(North, default));
    }

    [Fact]
    public async Task Retention_goes_on_over_the_positions_that_a_restore_left_out()
    {
        await using var storage = await TestStorage.Create(engine);
        await Append(storage, North, 5);
        await storage.Get<TakeBackup>().To(Folder, "1.0", default);
        await using var restored = await Restore(new SetClock { Now = DateTimeOffset.UtcNow.AddDays(90) });
        await restored.Commit.Write<bool>(North, (write, cancel) => Old(write, cancel), default);

        var removed = await restored.Get<RetentionSweep>().SweepOnce(default);

        Assert.Equal(6, removed);
        Assert.Empty(await restored.Log.Read(North, 0, 10, default));
    }

    [Fact]
    public async Task A_file_that_was_changed_shortened_or_removed_is_named_and_nothing_is_restored()
    {
        await using (var storage = await TestStorage.Create(engine))
        {
            await Append(storage, North, 5);
            await storage.Get<TakeBackup>().To(Folder, "1.0", default);
        }

        var file = Path.Combine(Folder, engine == Engine.Sqlite ? "vagus.db" : "event.copy");
        var bytes = await File.ReadAllBytesAsync(file);
        await File.WriteAllBytesAsync(file, [.. bytes[..^1], (byte)(bytes[^1] ^ 1)]);
        await Refused("was changed");
        await File.WriteAllBytesAsync(file, bytes[..^1]);
        await Refused("bytes, the manifest names");
        File.Delete(file);
        await Refused("is missing");
        File.Delete(Path.Combine(Folder, "manifest.json"));
        await Refused("holds no backup");
    }

    [Fact]
    public async Task A_database_that_is_not_empty_is_left_as_it_is()
    {
        await using var storage = await TestStorage.Create(engine);
        await Append(storage, North, 5);
        await storage.Get<TakeBackup>().To(Folder, "1.0", default);
        await Append(storage, North, 1);

        var refused = await Assert.ThrowsAsync<BackupException>(() => Restoring(storage.Options).From(Folder, default));

        Assert.Contains("empty", refused.Message, StringComparison.Ordinal);
        Assert.Equal(6, (await storage.Log.Extent(North, default)).Last);
    }

    [Fact]
    public async Task A_backup_of_a_newer_program_or_of_the_other_engine_is_refused()
    {
        await using var storage = await TestStorage.Create(engine);
        await storage.Get<TakeBackup>().To(Folder, "1.0", default);
        var manifest = Path.Combine(Folder, "manifest.json");
        var text = await File.ReadAllTextAsync(manifest);

        await File.WriteAllTextAsync(manifest, text.Replace("\"number\": 40", "\"number\": 41", StringComparison.Ordinal));
        await Refused("Migration 41");
        var (ours, theirs) = engine == Engine.Sqlite ? ("Sqlite", "Postgres") : ("Postgres", "Sqlite");
        await File.WriteAllTextAsync(manifest, text.Replace($"\"engine\": \"{ours}\"", $"\"engine\": \"{theirs}\"", StringComparison.Ordinal));
        await Refused("the settings name");
    }

    [Fact]
    public async Task The_copy_is_open_to_its_owner_only_and_a_folder_that_is_there_is_not_touched()
    {
        await using var storage = await TestStorage.Create(engine);
        await storage.Get<TakeBackup>().To(Folder, "1.0", default);

        await Assert.ThrowsAsync<BackupException>(() => storage.Get<TakeBackup>().To(Folder, "1.0", default));

        Assert.False(Directory.Exists($"{Folder}.partial"));
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode others = (UnixFileMode)0b000_111_111;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Folder) & others);
        foreach (var file in Directory.GetFiles(Folder)) Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & others);
    }

    private async Task Refused(string reason)
    {
        var options = await Empty();
        var refused = await Assert.ThrowsAsync<BackupException>(() => Restoring(options).From(Folder, default));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(options.DataFolder, "vagus.db")));
    }

    private async Task<StorageOptions> Empty() => engine == Engine.Postgres
        ? new StorageOptions { Postgres = await PostgresServer.NewDatabase(), DataFolder = place.FullName }
        : new StorageOptions { DataFolder = Path.Combine(place.FullName, Path.GetRandomFileName()) };

    private static RestoreBackup Restoring(StorageOptions options)
    {
        using var provider = new ServiceCollection().AddStorage(options).BuildServiceProvider();
        return new RestoreBackup(options, provider.GetServices<Migration>(), [], TimeProvider.System);
    }

    private async Task<TestStorage> Restore(TimeProvider? clock = null)
    {
        var options = await Empty();
        await Restoring(options).From(Folder, default);
        return await TestStorage.On(options, clock);
    }

    private static async Task<long> Append(TestStorage storage, TenantId tenant, int count)
    {
        var last = 0L;
        for (var n = 0; n < count; n++)
        {
            var outcome = await storage.Commit.Write<long>(
                tenant,
                async (write, cancel) => await write.Append(Draft(), cancel),
                default);
            last = outcome.Value;
        }

        return last;
    }

    /// <summary>One more event, as old as those of the backup.</summary>
    private static async ValueTask<Result<bool>> Old(Writing.WriteTransaction write, CancellationToken cancel)
    {
        await write.Append(Draft(), cancel);
        await write.Queue(Age, [], cancel);
        return true;
    }

    private static NewEvent Draft() => new(Guid.NewGuid().ToString(), "resource.created", Encoding.UTF8.GetBytes("{}"));

    private static readonly Statement Age = new("update event set occurred_at = 1000000");

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; init; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}

public sealed class BackupOnSqlite() : BackupTests(Engine.Sqlite);

public sealed class BackupOnPostgres() : BackupTests(Engine.Postgres);
