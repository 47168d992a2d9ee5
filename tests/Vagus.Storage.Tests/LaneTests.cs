using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>What must not end or hold up the write lane, and what happens to the waiting writes when it ends all the same.</summary>
public abstract class LaneTests(Engine engine)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TenantId North = new("north");

    [Fact]
    public async Task An_observer_that_throws_is_logged_and_the_others_are_told()
    {
        using var log = new RecordedLog();
        await using var storage = await Create(log);
        var heard = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var failing = storage.Get<LogSignal>().Observe((_, _) => throw new InvalidOperationException("On purpose."));
        using var healthy = storage.Get<LogSignal>().Observe((_, position) => heard.TrySetResult(position));

        var first = await Append(storage).WaitAsync(Limit);
        var second = await Append(storage).WaitAsync(Limit);

        Assert.Equal([1L, 2L], [first.Value, second.Value]);
        Assert.InRange(await heard.Task.WaitAsync(Limit), 1, 2);
        Assert.Contains("north", await log.Line("An observer of the log failed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_observer_that_blocks_holds_up_neither_the_commits_nor_the_others()
    {
        using var log = new RecordedLog();
        await using var storage = await Create(log);
        using var release = new ManualResetEventSlim();
        var last = 0L;
        using var blocking = storage.Get<LogSignal>().Observe((_, _) => release.Wait(Limit));
        using var healthy = storage.Get<LogSignal>().Observe((_, position) => Volatile.Write(ref last, position));

        for (var n = 1; n <= 20; n++) Assert.Equal(n, (await Append(storage).WaitAsync(Limit)).Value);

        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref last) == 20, Limit));
        release.Set();
    }

    [Fact]
    public async Task When_the_lane_ends_every_waiting_write_is_answered_and_storage_has_failed()
    {
        using var log = new ThrowingLog();
        await using var storage = await TestStorage.Create(
            engine, add: services => services.AddLogging(logging => logging.AddProvider(log)));
        var entered = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        var losing = storage.Commit.Write<long>(
            North,
            async (write, cancel) =>
            {
                entered.SetResult();
                await gate.Task;
                await write.Execute(BreakOff, [], cancel);
                return new Refusal(RefusalKind.Conflict, "no", "No.");
            },
            default).AsTask();
        await entered.Task.WaitAsync(Limit);
        var waiting = Append(storage);
        log.Throws = true;
        gate.SetResult();

        Assert.Equal("storage_failed", (await losing.WaitAsync(Limit)).Refusal?.Code);
        Assert.Equal("storage_failed", (await waiting.WaitAsync(Limit)).Refusal?.Code);
        Assert.True(storage.Get<StorageFailure>().HasFailed);
        Assert.Equal("storage_failed", (await Append(storage).WaitAsync(Limit)).Refusal?.Code);
    }

    private Task<TestStorage> Create(RecordedLog log) =>
        TestStorage.Create(engine, add: services => services.AddLogging(logging => logging.AddProvider(log)));

    private static Task<Result<long>> Append(TestStorage storage) => storage.Commit.Write<long>(
        North,
        async (write, cancel) => await write.Append(new NewEvent("e", "resource.created", Encoding.UTF8.GetBytes("{}")), cancel),
        default).AsTask();

    // The transaction under the lane's feet is gone, so the lane fails the group.
    private static readonly Statement BreakOff = new(sqlite: "rollback", postgres: "select pg_terminate_backend(pg_backend_pid())");

    /// <summary>A log whose disk is full: an error that none of the lane's own branches expects.</summary>
    private sealed class ThrowingLog : ILoggerProvider, ILogger
    {
        public bool Throws { get; set; }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => Throws;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("On purpose.");

        public void Dispose()
        {
        }
    }
}

public sealed class LaneOnSqlite() : LaneTests(Engine.Sqlite);

public sealed class LaneOnPostgres() : LaneTests(Engine.Postgres);
