using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>A duty is done by one node at a time, goes on after a failure, finishes at the stop and moves to another node.</summary>
public abstract class LeasedDutyTests(Engine engine)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_duty_has_turns_also_after_one_that_failed_and_finishes_once()
    {
        await using var storage = await Create();
        var duty = Duty(storage);
        duty.FailsAt = 2;
        var host = await Run(storage);

        await Becomes(() => duty.Turns > 5);
        await host.StopAsync(CancellationToken.None);

        var turns = duty.Turns;
        Assert.Equal(1, duty.Finished);
        Assert.Equal(turns, duty.TurnsAtFinish);
    }

    [Fact]
    public async Task One_node_has_the_duty_and_another_takes_it_when_that_one_stops()
    {
        await using var storage = await Create();
        await using var beside = storage.Beside();
        var (one, other) = (Duty(storage), Duty(beside));
        var host = await Run(storage);
        await Becomes(() => one.Turns > 0);
        var second = await Run(beside);
        await Becomes(() => one.Turns > 20);

        Assert.Equal(0, other.Turns);
        await host.StopAsync(CancellationToken.None);
        await Becomes(() => other.Turns > 0);
        await second.StopAsync(CancellationToken.None);

        Assert.Equal((1, 1), (one.Finished, other.Finished));
    }

    [Fact]
    public async Task A_lost_duty_whose_turn_does_not_end_holds_up_nothing_and_does_not_begin_anew_before()
    {
        await using var storage = await Create();
        var stuck = new StuckDuty();
        var duties = new LeasedDuties([stuck], TimeProvider.System, NullLogger<LeasedDuties>.Instance);
        var leases = new Leases(
            storage.Get<Database>(), storage.Get<GroupCommit>(), storage.Get<NodeFiles>(), storage.Options.Consuming, TimeProvider.System,
            node: "here");
        leases.Begin();
        await duties.Reconcile(leases, await leases.Read([stuck.Name], default), default);
        await Becomes(() => stuck.Turns == 1);

        var others = (await leases.Read([stuck.Name], default)).ConvertAll(row => row with { Node = "there" });
        await duties.Reconcile(leases, others, default).AsTask().WaitAsync(Limit);
        await duties.Reconcile(leases, await leases.Read([stuck.Name], default), default).AsTask().WaitAsync(Limit);
        Assert.Equal(1, stuck.Turns);
        stuck.End.SetResult();
        using var limit = new CancellationTokenSource(Limit);
        while (stuck.Turns == 1)
        {
            await duties.Reconcile(leases, await leases.Read([stuck.Name], limit.Token), limit.Token);
            await Task.Delay(5, limit.Token);
        }

        await duties.Stop();
    }

    private static TestDuty Duty(TestStorage storage) => (TestDuty)storage.Get<LeasedDuty>();

    private Task<TestStorage> Create() => TestStorage.Create(
        engine,
        add: services => services.AddLeasedDuty<TestDuty>(),
        options: new StorageOptions
        {
            Consuming = new ConsumerOptions { Beat = TimeSpan.FromMilliseconds(20), Lease = TimeSpan.FromMilliseconds(500) },
        });

    private static async Task<ConsumerHost> Run(TestStorage storage)
    {
        var host = storage.Get<IEnumerable<IHostedService>>().OfType<ConsumerHost>().Single();
        await host.StartAsync(CancellationToken.None);
        return host;
    }

    private static async Task Becomes(Func<bool> isSo)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!isSo()) await Task.Delay(5, limit.Token);
    }

    /// <summary>Its first turn ends when the test says so, whatever it is asked.</summary>
    private sealed class StuckDuty : LeasedDuty
    {
        private int turns;

        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Turns => Volatile.Read(ref turns);

        public override string Name => "stuck-duty";

        public override TimeSpan Interval => TimeSpan.FromMilliseconds(5);

        public override async ValueTask Turn(CancellationToken cancel)
        {
            if (Interlocked.Increment(ref turns) == 1) await End.Task;
        }
    }

    private sealed class TestDuty : LeasedDuty
    {
        private int turns;

        public override string Name => "test-duty";

        public override TimeSpan Interval => TimeSpan.FromMilliseconds(5);

        public int FailsAt { get; set; }

        public int Turns => Volatile.Read(ref turns);

        public int Finished { get; private set; }

        public int TurnsAtFinish { get; private set; }

        public override ValueTask Turn(CancellationToken cancel) =>
            Interlocked.Increment(ref turns) == FailsAt ? throw new InvalidOperationException("On purpose.") : ValueTask.CompletedTask;

        public override ValueTask Finish(CancellationToken cancel)
        {
            (Finished, TurnsAtFinish) = (Finished + 1, Turns);
            return ValueTask.CompletedTask;
        }
    }
}

public sealed class LeasedDutyOnSqlite() : LeasedDutyTests(Engine.Sqlite);

public sealed class LeasedDutyOnPostgres() : LeasedDutyTests(Engine.Postgres);
