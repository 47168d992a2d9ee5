using Microsoft.Extensions.DependencyInjection;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

public abstract class MigratorTests(Engine engine)
{
    private static readonly Migration Shelf = new(50, "shelf", "create table shelf (id text primary key)");

    [Fact]
    public async Task A_step_is_applied_once()
    {
        await using var storage = await TestStorage.Create(engine, add: services => services.AddMigrations([Shelf]));

        Assert.Equal(0, await storage.Get<Migrator>().Run(default));
        Assert.Empty(await storage.Database.Query(new Statement("select id from shelf"), [], row => row.GetString(0), default));
    }

    [Fact]
    public async Task A_step_that_was_changed_after_it_was_applied_stops_the_start()
    {
        await using var storage = await TestStorage.Create(engine, add: services => services.AddMigrations([Shelf]));
        var changed = new Migrator(storage.Database, [Shelf with { Script = "create table shelf (id text)" }], storage.Clock);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => changed.Run(default));

        Assert.Contains("50", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_steps_with_one_number_stop_the_start()
    {
        await using var storage = await TestStorage.Create(engine);
        var twice = new Migrator(storage.Database, [Shelf, Shelf with { Name = "other" }], storage.Clock);

        await Assert.ThrowsAsync<InvalidOperationException>(() => twice.Run(default));
    }

    [Fact]
    public async Task A_step_that_fails_leaves_nothing_behind()
    {
        await using var storage = await TestStorage.Create(engine);
        var broken = new Migrator(storage.Database, [Shelf, new Migration(51, "broken", "create table shelf (again text)")], storage.Clock);

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => broken.Run(default));

        Assert.Equal(1, await new Migrator(storage.Database, [Shelf], storage.Clock).Run(default));
    }

    [Fact]
    public async Task Processes_that_start_together_apply_each_step_once()
    {
        await using var storage = await TestStorage.Create(engine);

        var applied = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => new Migrator(storage.Database, [Shelf], storage.Clock).Run(default))));

        Assert.Equal(1, applied.Sum());
    }
}

public sealed class MigratorOnSqlite() : MigratorTests(Engine.Sqlite);

public sealed class MigratorOnPostgres() : MigratorTests(Engine.Postgres);
