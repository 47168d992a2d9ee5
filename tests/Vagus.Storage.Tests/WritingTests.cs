using System.Text;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

public abstract class WritingTests(Engine engine)
{
    private static readonly TenantId North = new("north");
    private static readonly TenantId South = new("south");

    [Fact]
    public async Task Events_get_positions_without_a_hole_in_the_order_of_commits()
    {
        await using var storage = await TestStorage.Create(engine);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(n => Append(storage, n % 3 == 0 ? South : North, $"e{n}").AsTask()));

        var north = await storage.Log.Read(North, 0, 1000, default);
        var south = await storage.Log.Read(South, 0, 1000, default);
        Assert.Equal(Enumerable.Range(1, 133).Select(n => (long)n), north.Select(e => e.Position));
        Assert.Equal(Enumerable.Range(1, 67).Select(n => (long)n), south.Select(e => e.Position));
        Assert.Equal(200, north.Concat(south).Select(e => e.EventId).Distinct().Count());
    }

    [Fact]
    public async Task A_refused_write_leaves_nothing_behind_and_no_hole_and_its_neighbours_stay()
    {
        await using var storage = await TestStorage.Create(engine);
        var refusal = new Refusal(RefusalKind.Conflict, "no", "No.");

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(n => storage.Commit.Write<long>(
            North,
            async (write, cancel) =>
            {
                var position = await write.Append(Draft($"e{n}"), cancel);
                return n % 2 == 0 ? position : refusal;
            },
            default).AsTask()));

        var log = await storage.Log.Read(North, 0, 1000, default);
        Assert.Equal(30, answers.Count(answer => answer.IsRefused));
        Assert.Equal(Enumerable.Range(1, 30).Select(n => (long)n), log.Select(e => e.Position));
        Assert.Equal(answers.Where(a => !a.IsRefused).Select(a => a.Value).Order(), log.Select(e => e.Position));
    }

    [Fact]
    public async Task An_exception_reaches_its_own_caller_only()
    {
        await using var storage = await TestStorage.Create(engine);

        var bad = storage.Commit.Write<long>(North, (_, _) => throw new InvalidDataException("bug"), default).AsTask();
        var good = Append(storage, North, "good").AsTask();

        await Assert.ThrowsAsync<InvalidDataException>(() => bad);
        Assert.Equal(1, (await good).Value);
    }

    [Fact]
    public async Task A_failing_statement_undoes_its_write_and_the_lane_goes_on()
    {
        await using var storage = await TestStorage.Create(engine);
        var wrong = new Statement("insert into no_such_table (x) values (@x)");

        var bad = storage.Commit.Write<long>(
            North,
            async (write, cancel) =>
            {
                await write.Append(Draft("lost"), cancel);
                await write.Queue(wrong, [1L], cancel);
                return 1;
            },
            default).AsTask();
        var good = Append(storage, North, "kept").AsTask();

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => bad);
        Assert.False((await good).IsRefused);
        Assert.Equal(["kept"], (await storage.Log.Read(North, 0, 10, default)).Select(e => e.EventId));
    }

    [Fact]
    public async Task A_row_that_the_database_refuses_fails_its_own_write_and_the_rest_of_its_group_stays()
    {
        await using var storage = await TestStorage.Create(engine);
        var (gate, holding) = await Hold(storage);

        var before = Append(storage, North, "before").AsTask();
        var twice = storage.Commit.Write<long>(
            North,
            async (write, cancel) =>
            {
                for (var n = 0; n < 2; n++) write.Insert(CursorRows, "north", "same", 1L);
                return await write.Append(Draft("twice"), cancel);
            },
            default).AsTask();
        var after = Append(storage, North, "after").AsTask();
        gate.SetResult();

        await holding;
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => twice);
        Assert.Equal(1, (await before).Value);
        Assert.Equal(2, (await after).Value);
        Assert.Equal(["before", "after"], (await storage.Log.Read(North, 0, 10, default)).Select(e => e.EventId));
    }

    [Fact]
    public async Task What_a_write_learned_is_forgotten_when_its_group_runs_again()
    {
        await using var storage = await TestStorage.Create(engine);
        var (gate, holding) = await Hold(storage);
        var row = new RememberedRow("names", "north", 1, "one");
        var known = new List<long?>();

        var learning = storage.Commit.Write<long>(
            North,
            async (write, cancel) =>
            {
                known.Add(write.Remembered(row));
                write.Remember(row, 7);
                return await write.Append(Draft("learning"), cancel);
            },
            default).AsTask();
        var twice = storage.Commit.Write<bool>(
            North,
            (write, _) =>
            {
                for (var n = 0; n < 2; n++) write.Insert(CursorRows, "north", "same", 1L);
                return ValueTask.FromResult<Result<bool>>(true);
            },
            default).AsTask();
        gate.SetResult();

        await Task.WhenAll(holding, learning);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => twice);
        Assert.Equal([null, null], known);
        Assert.Equal(7, (await storage.Commit.Write<long>(North, (write, _) => new(write.Remembered(row) ?? 0), default)).Value);
    }

    [Fact]
    public async Task A_question_sees_the_rows_that_an_earlier_write_of_the_group_has_added()
    {
        await using var storage = await TestStorage.Create(engine);
        var (gate, holding) = await Hold(storage);

        var adding = storage.Commit.Write<bool>(
            North,
            (write, _) =>
            {
                write.Insert(CursorRows, "north", "reader", 5L);
                return ValueTask.FromResult<Result<bool>>(true);
            },
            default).AsTask();
        var refused = storage.Commit.Write<bool>(
            North,
            async (write, cancel) =>
            {
                write.Insert(CursorRows, "north", "refused", 6L);
                await write.QueryOne(SumOfCursors, [North.Value], found => found.GetInt64(0), cancel);
                return new Refusal(RefusalKind.Conflict, "no", "No.");
            },
            default).AsTask();
        var asking = storage.Commit.Write<long>(
            North, async (write, cancel) => await write.QueryOne(SumOfCursors, [North.Value], found => found.GetInt64(0), cancel), default)
            .AsTask();
        gate.SetResult();

        await Task.WhenAll(holding, adding, refused, asking);
        Assert.Equal(5, (await asking).Value);
    }

    [Fact]
    public async Task A_write_sees_its_own_rows()
    {
        await using var storage = await TestStorage.Create(engine);

        var seen = await storage.Commit.Write<long>(
            North,
            async (write, cancel) =>
            {
                await write.Append(Draft("one"), cancel);
                await write.Append(Draft("two"), cancel);
                return await write.QueryOne(CountEvents, [North.Value], row => row.GetInt64(0), cancel);
            },
            default);

        Assert.Equal(2, seen.Value);
    }

    [Fact]
    public async Task The_signal_comes_after_the_commit_with_the_last_position()
    {
        await using var storage = await TestStorage.Create(engine);
        var heard = new TaskCompletionSource<(TenantId, long)>();
        using var observation = storage.Get<LogSignal>().Observe((tenant, position) => heard.TrySetResult((tenant, position)));

        await Append(storage, North, "e");

        Assert.Equal((North, 1L), await heard.Task.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task What_was_answered_is_there_after_a_restart()
    {
        await using var storage = await TestStorage.Create(engine);
        await Append(storage, North, "kept");

        await storage.Reopen();

        await Append(storage, North, "next");
        Assert.Equal(["kept", "next"], (await storage.Log.Read(North, 0, 10, default)).Select(e => e.EventId));
    }

    [Fact]
    public async Task A_cursor_moves_forward_only()
    {
        await using var storage = await TestStorage.Create(engine);
        async Task<bool> Move(long position) =>
            (await storage.Commit.Write<bool>(
                North, async (write, cancel) => await Cursors.Move(write, "charts", position, cancel), default)).Value;

        var moves = new[] { await Move(3), await Move(3), await Move(2), await Move(4) };

        Assert.Equal([true, false, false, true], moves);
        Assert.Equal(4, await storage.Get<Cursors>().Read(North, "charts", default));
        Assert.Equal(0, await storage.Get<Cursors>().Read(South, "charts", default));
    }

    [Fact]
    public async Task More_writes_than_may_wait_are_refused_as_busy()
    {
        await using var storage = await TestStorage.Create(engine, options: new StorageOptions { WritesWaiting = 2, WritesPerCommit = 1 });
        var entered = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        var first = storage.Commit.Write<long>(
            North,
            async (_, _) =>
            {
                entered.SetResult();
                await gate.Task;
                return 1;
            },
            default).AsTask();
        await entered.Task;

        var waiting = new[] { Append(storage, North, "a").AsTask(), Append(storage, North, "b").AsTask() };
        var refused = await Append(storage, North, "c");
        gate.SetResult();

        Assert.Equal("busy", refused.Refusal?.Code);
        Assert.Equal(1, (await first).Value);
        Assert.All(await Task.WhenAll(waiting), answer => Assert.False(answer.IsRefused));
    }

    private static ValueTask<Result<long>> Append(TestStorage storage, TenantId tenant, string id) =>
        storage.Commit.Write<long>(tenant, async (write, cancel) => await write.Append(Draft(id), cancel), default);

    // Holds the lane, so that what is written meanwhile waits and makes one group.
    private static async Task<(TaskCompletionSource Gate, Task Holding)> Hold(TestStorage storage)
    {
        var gate = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        var holding = storage.Commit.Write<bool>(
            North,
            async (_, _) =>
            {
                entered.TrySetResult();
                await gate.Task;
                return true;
            },
            default).AsTask();
        await entered.Task;
        return (gate, holding);
    }

    private static readonly InsertInto CursorRows = new(
        "log_cursor", ("tenant_id", ColumnType.Text), ("consumer", ColumnType.Text), ("position", ColumnType.BigInt));

    private static readonly Statement SumOfCursors = new(
        "select cast(coalesce(sum(position), 0) as bigint) from log_cursor where tenant_id = @tenant_id");

    private static NewEvent Draft(string id) => new(id, "resource.created", Encoding.UTF8.GetBytes("{}"));

    private static readonly Statement CountEvents = new("""
        select count(*)
        from event
        where tenant_id = @tenant_id
        """);
}

public sealed class WritingOnSqlite() : WritingTests(Engine.Sqlite);

public sealed class WritingOnPostgres() : WritingTests(Engine.Postgres);
