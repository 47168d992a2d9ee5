using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Log;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Testing;

/// <summary>
/// A migrated, empty database on one engine with the services of a room: what each storage test starts from. Behaviour tests are abstract
/// classes with one subclass per engine.
/// </summary>
public sealed class TestStorage : IAsyncDisposable
{
    private readonly string? folder;
    private ServiceProvider services;
    private readonly Action<IServiceCollection> add;

    private TestStorage(StorageOptions options, TimeProvider clock, Action<IServiceCollection> add, string? folder)
    {
        (Options, Clock, this.add, this.folder) = (options, clock, add, folder);
        services = Build();
    }

    public StorageOptions Options { get; }

    public TimeProvider Clock { get; }

    public Database Database => services.GetRequiredService<Database>();

    public GroupCommit Commit => services.GetRequiredService<GroupCommit>();

    public EventLog Log => services.GetRequiredService<EventLog>();

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <param name="add">Registers further rooms and their migrations.</param>
    public static async Task<TestStorage> Create(
        Engine engine, TimeProvider? clock = null, Action<IServiceCollection>? add = null, StorageOptions? options = null)
    {
        options ??= new StorageOptions();
        string? folder = null;
        if (engine == Engine.Postgres) options = options with { Postgres = await PostgresServer.NextDatabase() };
        else options = options with { DataFolder = folder = Directory.CreateTempSubdirectory("vagus-test-").FullName };
        var storage = new TestStorage(options, clock ?? TimeProvider.System, add ?? (_ => { }), folder);
        await TestDatabase.Migrate(storage.services);
        return storage;
    }

    /// <summary>On data that are there; they stay.</summary>
    public static async Task<TestStorage> On(StorageOptions options, TimeProvider? clock = null, Action<IServiceCollection>? add = null)
    {
        var storage = new TestStorage(options, clock ?? TimeProvider.System, add ?? (_ => { }), folder: null);
        await storage.Get<Migrator>().Run(CancellationToken.None);
        return storage;
    }

    /// <summary>The same database with all services made anew: what a restart of the process sees.</summary>
    public async Task Reopen()
    {
        await services.DisposeAsync();
        services = Build();
        await Get<Migrator>().Run(CancellationToken.None);
    }

    /// <summary>A further process on the same PostgreSQL database.</summary>
    public TestStorage Beside() => new(Options, Clock, add, folder: null);

    /// <summary>
    /// Runs these works of one tenant in one transaction, each in its own savepoint, in this order: they are queued while the lane is held
    /// by another write, so the lane finds all of them waiting. At most <see cref="StorageOptions.WritesPerCommit"/>.
    /// </summary>
    public async Task<IReadOnlyList<Task<Result<T>>>> WriteTogether<T>(
        TenantId tenant, params Func<WriteTransaction, CancellationToken, ValueTask<Result<T>>>[] works)
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holding = Commit.Write<bool>(
            tenant,
            async (_, _) =>
            {
                entered.TrySetResult();
                await release.Task;
                return true;
            },
            CancellationToken.None).AsTask();
        await entered.Task;
        var together = works.Select(work => Commit.Write(tenant, work, CancellationToken.None).AsTask()).ToList();
        release.SetResult();
        await holding;
        Task ended = Task.WhenAll(together);
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return together;
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        if (folder is not null) Directory.Delete(folder, recursive: true);
    }

    private ServiceProvider Build()
    {
        var collection = new ServiceCollection();
        collection.AddLogging(ScannedLog.AddTo);
        collection.AddSingleton(Clock);
        collection.AddSingleton<IdSource>();
        collection.AddStorage(Options);
        add(collection);
        return collection.BuildServiceProvider();
    }
}
