using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Storage.Tests;

/// <summary>Two sets of services on one PostgreSQL database are what two processes are.</summary>
public sealed class ListenerOnPostgres
{
    [Fact]
    public async Task A_commit_of_one_process_wakes_the_readers_of_another()
    {
        await using var writer = await TestStorage.Create(Engine.Postgres);
        await using var reader = Second(writer.Options);
        var heard = new TaskCompletionSource<(TenantId, long)>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var observation = reader.GetRequiredService<LogSignal>()
            .Observe((tenant, position) => heard.TrySetResult((tenant, position)));
        var listener = reader.GetServices<IHostedService>().OfType<BackgroundService>()
            .Single(service => service.GetType().Name == "LogListener");
        await listener.StartAsync(default);

        // Whether LISTEN is already in force cannot be seen from outside: the writer goes on until it is heard.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!heard.Task.IsCompleted)
        {
            await Append(writer);
            await Task.WhenAny(heard.Task, Task.Delay(100, limit.Token));
            limit.Token.ThrowIfCancellationRequested();
        }

        var (tenant, position) = await heard.Task;
        Assert.Equal(new TenantId("north"), tenant);
        Assert.True((await reader.GetRequiredService<EventLog>().Read(tenant, position - 1, 1, default))[0].Position == position);
        await listener.StopAsync(default);
    }

    [Fact]
    public async Task Two_processes_that_write_for_one_tenant_leave_no_hole_and_no_double()
    {
        await using var first = await TestStorage.Create(Engine.Postgres);
        await using var second = Second(first.Options);
        var other = second.GetRequiredService<GroupCommit>();

        await Task.WhenAll(Enumerable.Range(0, 100).SelectMany(_ => new[] { Append(first), Append(other) }));

        var positions = (await first.Log.Read(new TenantId("north"), 0, 1000, default)).Select(e => e.Position);
        Assert.Equal(Enumerable.Range(1, 200).Select(n => (long)n), positions);
    }

    [Fact]
    public async Task A_process_that_stands_still_in_a_transaction_gives_its_locks_up_and_writes_after_the_others()
    {
        await using var still = await TestStorage.Create(Engine.Postgres);
        await using var other = Second(still.Options);
        var locked = new TaskCompletionSource();
        var gate = new TaskCompletionSource();
        var paused = still.Commit.Write<long>(
            new TenantId("north"),
            async (write, cancel) =>
            {
                var position = await write.NextPosition(cancel);
                locked.TrySetResult();
                await gate.Task;
                await write.Append(new NewEvent("late", "resource.created", Encoding.UTF8.GetBytes("{}")), cancel);
                return position;
            },
            default).AsTask();
        await locked.Task;

        await Append(other.GetRequiredService<GroupCommit>()).WaitAsync(TimeSpan.FromSeconds(20));
        gate.SetResult();

        Assert.Equal(2, (await paused).Value);
        await Append(still.Commit);
        Assert.Equal(["e", "late", "e"], (await still.Log.Read(new TenantId("north"), 0, 10, default)).Select(e => e.EventId));
    }

    private static ServiceProvider Second(StorageOptions options)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddStorage(options);
        return services.BuildServiceProvider();
    }

    private static Task Append(TestStorage storage) => Append(storage.Commit);

    private static async Task Append(GroupCommit commit) =>
        Assert.False((await commit.Write<long>(
            new TenantId("north"),
            async (write, cancel) => await write.Append(new NewEvent("e", "resource.created", Encoding.UTF8.GetBytes("{}")), cancel),
            default)).IsRefused);
}
