using System.Data.Common;
using System.Text;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>Writes that certainly share one transaction: what one of them does to the others.</summary>
public abstract class GroupTests(Engine engine)
{
    protected static readonly TenantId North = new("north");
    private static readonly Refusal No = new(RefusalKind.Conflict, "no", "No.");
    private static readonly Migration Shelf = new(50, "shelf", """
        create table shelf (id text primary key);
        create table tally (total bigint not null);
        insert into tally values (0);
        """);

    [Fact]
    public async Task Writes_that_wait_together_share_one_commit()
    {
        await using var storage = await Create();
        using var figures = new Figures(storage);

        await storage.WriteTogether(North, Put("a"), Put("b"), Put("c"));

        Assert.Equal([1, 3], figures.Of("vagus.storage.group.size").Select(size => (int)size));
    }

    [Fact]
    public async Task A_refusal_in_the_middle_takes_back_its_own_rows_and_positions_only()
    {
        await using var storage = await Create();

        var answers = await storage.WriteTogether(North, Put("a"), Put("b", then: _ => No), Put("c"));

        Assert.Equal([1L, null, 2L], answers.Select(answer => answer.Result.IsRefused ? (long?)null : answer.Result.Value));
        Assert.Equal(["a", "c"], await Rows(storage));
        Assert.Equal(["a", "c"], await Events(storage));
    }

    [Fact]
    public async Task A_failing_first_write_does_not_take_the_lock_of_the_head_from_the_later_ones()
    {
        await using var storage = await Create();

        var answers = await storage.WriteTogether(North, Put("a", then: _ => throw new InvalidDataException("bug")), Put("b"), Put("c"));

        await Assert.ThrowsAsync<InvalidDataException>(() => answers[0]);
        Assert.Equal(["b", "c"], await Rows(storage));
        Assert.Equal([1L, 2L], (await storage.Log.Read(North, 0, 10, default)).Select(e => e.Position));
    }

    [Fact]
    public async Task A_statement_that_fails_at_the_end_of_a_write_fails_that_write_only()
    {
        await using var storage = await Create();

        var answers = await storage.WriteTogether(North, Put("a"), Put("a"), Put("b"));

        Assert.Equal(1, (await answers[0]).Value);
        await Assert.ThrowsAnyAsync<DbException>(() => answers[1]);
        Assert.Equal(2, (await answers[2]).Value);
        Assert.Equal(["a", "b"], await Rows(storage));
    }

    [Fact]
    public async Task A_write_sees_what_the_writes_before_it_kept_and_nothing_of_those_that_were_refused()
    {
        await using var storage = await Create();

        var answers = await storage.WriteTogether(
            North, Put("a"), Put("b", then: _ => No),
            async (write, cancel) => await write.QueryOne(Count, [], row => row.GetInt64(0), cancel));

        Assert.Equal(1, (await answers[2]).Value);
    }

    [Fact]
    public async Task A_group_in_which_every_write_is_refused_leaves_nothing()
    {
        await using var storage = await Create();

        await storage.WriteTogether(North, Put("a", then: _ => No), Put("b", then: _ => No));

        Assert.Empty(await Rows(storage));
        Assert.Empty(await Events(storage));
    }

    [Fact]
    public async Task A_refusal_of_a_write_that_has_changed_a_row_takes_back_the_change_and_its_own_rows_only()
    {
        await using var storage = await Create();

        var answers = await storage.WriteTogether(
            North, Change("a"), Change("b", async (write, cancel) => await write.Execute(Add, [10L], cancel) == 1 ? No : 0L), Change("c"));

        Assert.Equal([1L, null, 2L], answers.Select(answer => answer.Result.IsRefused ? (long?)null : answer.Result.Value));
        Assert.Equal(["a", "c"], await Rows(storage));
        Assert.Equal(["a", "c"], await Events(storage));
        Assert.Equal(2, await Total(storage));
    }

    [Fact]
    public async Task A_change_that_fails_at_the_end_of_a_write_fails_that_write_only()
    {
        await using var storage = await Create();

        var answers = await storage.WriteTogether(
            North, Change("a"), Change("b", async (write, cancel) =>
            {
                await write.Queue(Add, [null], cancel);
                return 0L;
            }), Change("c"));

        await Assert.ThrowsAnyAsync<DbException>(() => answers[1]);
        Assert.Equal((1L, 2L), ((await answers[0]).Value, (await answers[2]).Value));
        Assert.Equal(["a", "c"], await Rows(storage));
        Assert.Equal(2, await Total(storage));
    }

    protected Task<TestStorage> Create() =>
        TestStorage.Create(engine, add: services => services.AddMigrations([Shelf]), options: new StorageOptions());

    private static Func<WriteTransaction, CancellationToken, ValueTask<Result<long>>> Put(
        string id, Func<long, Result<long>>? then = null) => async (write, cancel) =>
        {
            write.Insert(ShelfRows, id);
            var position = await write.Append(new NewEvent(id, "resource.created", Encoding.UTF8.GetBytes("{}")), cancel);
            return then is null ? position : then(position);
        };

    /// <summary>Changes a row of one table and adds one to another.</summary>
    protected static Func<WriteTransaction, CancellationToken, ValueTask<Result<long>>> Change(
        string id, Func<WriteTransaction, CancellationToken, ValueTask<Result<long>>>? then = null) => async (write, cancel) =>
        {
            await write.Queue(Add, [1L], cancel);
            var position = await Put(id)(write, cancel);
            return then is not null && await then(write, cancel) is { IsRefused: true } refused ? refused : position;
        };

    protected static async Task<long> Total(TestStorage storage) =>
        (await storage.Database.Query(Sum, [], row => row.GetInt64(0), default))[0];

    private static async Task<List<string>> Rows(TestStorage storage) =>
        await storage.Database.Query(All, [], row => row.GetString(0), default);

    private static async Task<IEnumerable<string>> Events(TestStorage storage) =>
        (await storage.Log.Read(North, 0, 10, default)).Select(e => e.EventId);

    private static readonly InsertInto ShelfRows = new("shelf", ("id", ColumnType.Text));

    private static readonly Statement All = new("select id from shelf order by id");

    private static readonly Statement Count = new("select count(*) from shelf");

    private static readonly Statement Add = new("update tally set total = total + @some");

    private static readonly Statement Sum = new("select total from tally");
}

public sealed class GroupOnSqlite() : GroupTests(Engine.Sqlite);

public sealed class GroupOnPostgres() : GroupTests(Engine.Postgres)
{
    [Fact]
    public async Task Rows_of_writes_that_change_something_as_well_are_sent_together()
    {
        await using var storage = await Create();
        foreach (var text in new[] { Counted, Counting })
        {
            var statement = new Statement(sqlite: "", postgres: text);
            await storage.Commit.Write<int>(North, async (write, cancel) => await write.Execute(statement, [], cancel), default);
        }

        await storage.WriteTogether(North, Change("a"), Change("b"), Change("c"));

        Assert.Equal(3 + 1_000, await Total(storage));
    }

    private const string Counted = """
        create function counted() returns trigger language plpgsql
        as 'begin update tally set total = total + 1000; return null; end'
        """;

    private const string Counting = "create trigger counting after insert on shelf for each statement execute function counted()";
}
