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

    private static NewEvent Draft(string id) => new(id, "resource.created", Encoding.UTF8.GetBytes("{}"));

    private static readonly Statement CountEvents = new("""
        select count(*)
        from event
        where tenant_id = @tenant_id
        """);
}

public sealed class WritingOnSqlite() : WritingTests(Engine.Sqlite);

public sealed class WritingOnPostgres() : WritingTests(Engine.Postgres);
