using System.Text;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>
/// The process stands still in a transaction, so that PostgreSQL ends the session and takes everything back: the work runs again.
/// </summary>
public sealed class StoodStillOnPostgres
{
    private static readonly TenantId North = new("north");

    [Fact]
    public async Task A_write_runs_again_and_is_there_once()
    {
        await using var storage = await TestStorage.Create(Engine.Postgres);
        var runs = 0;

        var written = await storage.Commit.Write<long>(
            North,
            async (write, cancel) =>
            {
                var position = await write.Append(Event("standing"), cancel);
                if (++runs == 1) await StandStill(write, storage);
                return position;
            },
            default);

        Assert.Equal((1, 2), (written.Value, runs));
        Assert.Equal(["standing"], await Logged(storage));
    }

    [Fact]
    public async Task All_writes_of_its_group_run_again_and_are_there_once()
    {
        await using var storage = await TestStorage.Create(Engine.Postgres);
        var runs = 0;

        var written = await storage.WriteTogether<long>(
            North,
            async (write, cancel) => await write.Append(Event("before"), cancel),
            async (write, cancel) =>
            {
                if (++runs == 1) await StandStill(write, storage);
                return await write.Append(Event("standing"), cancel);
            },
            async (write, cancel) => await write.Append(Event("after"), cancel));

        Assert.Equal([1L, 3L, 2L], (await Task.WhenAll(written)).Select(one => one.Value));
        Assert.Equal(["before", "after", "standing"], await Logged(storage));
    }

    [Fact]
    public async Task A_write_that_is_slow_by_itself_holds_up_no_other_of_its_group_and_is_run_twice()
    {
        await using var storage = await TestStorage.Create(Engine.Postgres);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var runs = 0;

        var written = await storage.WriteTogether<long>(
            North,
            async (write, cancel) =>
            {
                if (++runs > 1) while ((await Logged(storage)).Count() < 2) await Task.Delay(10, limit.Token);
                await StandStill(write, storage);
                return await write.Append(Event("slow"), cancel);
            },
            async (write, cancel) => await write.Append(Event("one"), cancel),
            async (write, cancel) => await write.Append(Event("other"), cancel));

        Assert.Equal("database_unreachable", (await written[0]).Refusal?.Code);
        Assert.Equal((1L, 2L, 2), ((await written[1]).Value, (await written[2]).Value, runs));
        Assert.Equal(["one", "other"], await Logged(storage));
    }

    [Fact]
    public async Task A_write_in_which_it_stands_still_each_time_is_refused_as_not_written()
    {
        await using var storage = await TestStorage.Create(Engine.Postgres);

        var refused = await storage.Commit.Write<long>(
            North,
            async (write, cancel) =>
            {
                var position = await write.Append(Event("standing"), cancel);
                await StandStill(write, storage);
                return position;
            },
            default);
        var next = await storage.Commit.Write<long>(North, async (write, cancel) => await write.Append(Event("next"), cancel), default);

        Assert.Equal("database_unreachable", refused.Refusal?.Code);
        Assert.Equal(1, next.Value);
        Assert.Equal(["next"], await Logged(storage));
    }

    [Fact]
    public async Task A_snapshot_is_read_again()
    {
        await using var storage = await TestStorage.Create(Engine.Postgres);
        var runs = 0;

        var backend = await storage.Database.InSnapshot(
            async snapshot =>
            {
                if (++runs == 1) await StandStill(snapshot, storage);
                return await snapshot.QueryOne(Backend, [], row => row.GetInt32(0), default);
            },
            default);

        Assert.Equal(2, runs);
        Assert.NotEqual(0, backend);
    }

    /// <summary>Until the server has ended the session: the limit of this transaction is a millisecond.</summary>
    private static async Task StandStill(IRunQueries transaction, TestStorage storage)
    {
        var backend = (long)await transaction.QueryOne(EndSoon, [], row => row.GetInt32(0), default);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await storage.Database.QueryOne(IsThere, [backend], row => row.GetInt64(0), limit.Token) != 0)
            await Task.Delay(10, limit.Token);
    }

    private static async Task<IEnumerable<string>> Logged(TestStorage storage) =>
        (await storage.Log.Read(North, 0, 10, default)).Select(read => read.EventId);

    private static NewEvent Event(string id) => new(id, "resource.created", Encoding.UTF8.GetBytes("{}"));

    private static readonly Statement Backend = new("select pg_backend_pid()");

    private static readonly Statement EndSoon = new(
        "select pg_backend_pid() from set_config('idle_in_transaction_session_timeout', '1', true)");

    private static readonly Statement IsThere = new("select count(*) from pg_stat_activity where pid = @pid");
}
