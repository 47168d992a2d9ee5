using Microsoft.Extensions.Logging;
using Npgsql;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>Others use the tables that a step needs for itself.</summary>
public sealed class MigratorWaitsOnPostgres
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly Migration Shelf = new(50, "shelf", "create table shelf (id text primary key)");
    private static readonly Migration Wider = new(51, "wider", "alter table shelf add column place text");

    [Fact]
    public async Task A_step_that_does_not_get_its_table_lets_those_behind_it_read_and_is_done_later()
    {
        await using var storage = await TestStorage.Create(Engine.Postgres, add: services => services.AddMigrations([Shelf]));
        using var log = new RecordedLog();
        await using var source = NpgsqlDataSource.Create(storage.Options.Postgres!);
        await using var reader = await source.OpenConnectionAsync();
        await using var transaction = await reader.BeginTransactionAsync();
        await using (var read = new NpgsqlCommand("select count(*) from shelf", reader)) await read.ExecuteScalarAsync();

        var migrating = new Migrator(storage.Database, [Shelf, Wider], storage.Clock, LoggerOf(log)).Run(default);
        await log.Line("The migration waits: another session uses a table");
        Assert.Equal(0, await storage.Database.QueryOne(Count, [], row => row.GetInt64(0), default));
        await transaction.RollbackAsync();

        Assert.Equal(1, await migrating.WaitAsync(Limit));
    }

    [Fact]
    public async Task It_waits_for_a_backup_without_asking_for_a_table()
    {
        await using var storage = await TestStorage.Create(Engine.Postgres, add: services => services.AddMigrations([Shelf]));
        using var log = new RecordedLog();
        await using var backup = await storage.Database.OpenMigrator(default);
        await backup.Run("begin", default);
        Assert.True(await SchemaLock.TryKeep(backup, default));

        Assert.Equal(0, await new Migrator(storage.Database, [Shelf], storage.Clock).Run(default));
        var migrating = new Migrator(storage.Database, [Shelf, Wider], storage.Clock, LoggerOf(log)).Run(default);
        await log.Line("The migration waits: a backup is being taken");
        await backup.Run("commit", default);

        Assert.Equal(1, await migrating.WaitAsync(Limit));
    }

    [Fact]
    public async Task A_step_may_take_longer_than_the_limit_of_the_drivers_statements()
    {
        await using var storage = await TestStorage.Create(Engine.Postgres);
        var options = storage.Options with { Postgres = $"{storage.Options.Postgres};Command Timeout=1" };
        await using var database = new Database(options);
        var slow = new Migration(52, "slow", "select 1") { PostgresScript = "select pg_sleep(2)" };

        Assert.Equal(1, await new Migrator(database, [slow], storage.Clock).Run(default));
    }

    private static ILogger<Migrator> LoggerOf(RecordedLog log) =>
        LoggerFactory.Create(logging => logging.AddProvider(log)).CreateLogger<Migrator>();

    private static readonly Statement Count = new("select count(*) from shelf");
}
