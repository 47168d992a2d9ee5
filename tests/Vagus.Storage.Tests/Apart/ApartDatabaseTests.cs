using Vagus.Storage.Apart;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Storage.Tests.Apart;

public abstract class ApartDatabaseTests(Engine engine)
{
    private static readonly Migration[] Migrations = [new(1, "notes", "create table note (body text primary key)")];
    private static readonly Statement Insert = new("insert into note (body) values (@body)");
    private static readonly Statement Select = new("select body from note order by body");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_that_open_it_at_once_make_and_migrate_it_once()
    {
        await using var facts = await TestStorage.Create(engine);
        await using var one = Open(facts.Options);
        await using var other = Open(facts.Options);

        await Task.WhenAll(Write(one, "a"), Write(other, "b"), Write(one, "c"), Write(other, "d"));

        Assert.Equal(["a", "b", "c", "d"], await Notes(one));
        Assert.Equal(["a", "b", "c", "d"], await Notes(other));
    }

    [Fact]
    public async Task What_was_written_is_read_at_once()
    {
        await using var facts = await TestStorage.Create(engine);
        await using var apart = Open(facts.Options);

        for (var number = 1; number <= 20; number++)
        {
            await Write(apart, $"{number:00}");
            Assert.Equal(number, (await Notes(apart)).Count);
        }
    }

    [Fact]
    public async Task A_work_that_throws_is_undone_and_the_next_one_is_not()
    {
        await using var facts = await TestStorage.Create(engine);
        await using var apart = Open(facts.Options);

        await Assert.ThrowsAsync<InvalidDataException>(async () => await apart.Write<int>(
            async (session, token) =>
            {
                await session.Execute(Insert, ["a"], token);
                throw new InvalidDataException();
            },
            Cancel));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(async () => await apart.Write(
            async (session, token) =>
            {
                await session.Execute(Insert, ["b"], token);
                return await session.Execute(Insert, ["b"], token);
            },
            Cancel));
        await Write(apart, "c");

        Assert.Equal(["c"], await Notes(apart));
    }

    [Fact]
    public async Task It_can_be_rewritten_while_others_read()
    {
        await using var facts = await TestStorage.Create(engine);
        await using var apart = Open(facts.Options);
        await Write(apart, "a");
        await Notes(apart);

        await apart.Erase(Cancel);

        Assert.Equal(["a"], await Notes(apart));
    }

    private protected static ApartDatabase Open(StorageOptions facts) =>
        new(ApartOptions.Beside(facts, "notes"), Migrations, TimeProvider.System);

    private protected static async Task Write(ApartDatabase apart, string body) =>
        await apart.Write((session, token) => session.Execute(Insert, [body], token), Cancel);

    private protected static async Task<List<string>> Notes(ApartDatabase apart) =>
        await apart.Query(Select, [], row => row.GetString(0), Cancel);
}

public sealed class SqliteApartDatabaseTests() : ApartDatabaseTests(Engine.Sqlite)
{
    [Fact]
    public async Task Its_file_is_its_owners_only()
    {
        await using var facts = await TestStorage.Create(Engine.Sqlite);
        await using var apart = Open(facts.Options);
        await Write(apart, "a");

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(facts.Options.DataFolder, "notes.db")));
        }
    }
}

public sealed class PostgresApartDatabaseTests() : ApartDatabaseTests(Engine.Postgres)
{
    [Fact]
    public async Task While_its_server_is_away_it_says_so_and_afterwards_it_goes_on()
    {
        await using var server = await PostgresServer.StartOwn();
        var facts = new StorageOptions { Postgres = await server.AddDatabase() };
        await using var apart = Open(facts);
        await Write(apart, "a");
        await using var cold = Open(facts);

        await server.StopAtOnce();

        await Assert.ThrowsAsync<DatabaseUnreachableException>(() => Write(apart, "b"));
        await Assert.ThrowsAsync<DatabaseUnreachableException>(() => Notes(apart));
        await Assert.ThrowsAsync<DatabaseUnreachableException>(() => Notes(cold));
        await server.StartAgain();
        await Write(apart, "c");
        Assert.Equal(["a", "c"], await Notes(cold));
    }
}
