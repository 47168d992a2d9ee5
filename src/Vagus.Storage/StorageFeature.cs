using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Vagus.Kernel;
using Vagus.Storage.Backups;
using Vagus.Storage.Consuming;
using Vagus.Storage.Files;
using Vagus.Storage.Log;
using Vagus.Storage.Migrations;
using Vagus.Storage.Moving;
using Vagus.Storage.Retention;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Storage.Writing.Journal;

namespace Vagus.Storage;

/// <summary>Adds this room to a host: its database, the writing, the log and its consumers.</summary>
public static class StorageFeature
{
    public static IServiceCollection AddStorage(this IServiceCollection services, StorageOptions options)
    {
        options.Consuming.Validate();
        options.Files.Validate();
        services.AddMetrics();
        services.TryAddSingleton<IdSource>();
        services.AddSingleton(options);
        services.AddSingleton<StorageMeter>();
        services.AddSingleton<Database>();
        services.AddSingleton<LogSignal>();
        services.AddSingleton<StorageFailure>();
        services.AddSingleton<LaneReport>();
        services.AddSingleton(provider => new JournalFolder(
            Path.Combine(options.DataFolder, "journal"), provider.GetRequiredService<IdSource>()));
        services.AddSingleton(NewGroupCommit);
        services.AddSingleton<AdoptJournals>();
        services.AddHostedService(provider => provider.GetRequiredService<AdoptJournals>());
        services.AddMovedTables(StorageTables.All);
        services.AddSingleton(provider => new TenantMoves(
            provider.GetRequiredService<MovePlace>(), provider.GetRequiredService<GroupCommit>(),
            provider.GetRequiredService<AdoptJournals>(), provider.GetRequiredService<JournalFolder>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<EventLog>();
        services.AddSingleton<Cursors>();
        services.AddSingleton<ParkedEvents>();
        services.AddSingleton(NewForgetConsumer);
        services.AddSingleton<Migrator>();
        services.AddSingleton<RetentionSweep>();
        services.AddHostedService(CountedSweep);
        services.AddHostedService<LogListener>();
        services.AddHostedService<WatchClock>();
        services.AddSingleton<NodeFiles>();
        services.AddHostedService<LogWatch>();
        services.TryAddSingleton(_ => new BackOff(new Random()));
        services.AddHostedService(NewConsumerHost);
        services.AddSingleton<TakeBackup>();
        services.AddSingleton(NewBlobStore(options));
        services.AddSingleton(provider => new StoreOwner(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<GroupCommit>(), provider.GetRequiredService<IBlobStore>(),
            provider.GetRequiredService<IdSource>(), provider.GetRequiredService<ILogger<StoreOwner>>()));
        services.AddMigrations(StorageMigrations.All);
        services.AddMigrations(BackupMigrations.All);
        return services;
    }

    /// <summary>A consumer of every tenant's log; see <see cref="LogConsumer"/>.</summary>
    public static IServiceCollection AddLogConsumer<T>(this IServiceCollection services)
        where T : LogConsumer => services.AddSingleton<LogConsumer, T>();

    /// <summary>What one node of a cluster does again and again; see <see cref="LeasedDuty"/>.</summary>
    public static IServiceCollection AddLeasedDuty<T>(this IServiceCollection services)
        where T : LeasedDuty => services.AddSingleton<LeasedDuty, T>();

    /// <summary>Tables that a move of a tenant does not take as they are.</summary>
    public static IServiceCollection AddMovedTables(this IServiceCollection services, IEnumerable<MovedTable> tables)
    {
        foreach (var table in tables) services.AddSingleton(table);
        return services;
    }

    public static IServiceCollection AddMigrations(this IServiceCollection services, IEnumerable<Migration> migrations)
    {
        foreach (var migration in migrations) services.AddSingleton(migration);
        return services;
    }

    private static Func<IServiceProvider, IBlobStore> NewBlobStore(StorageOptions options) => provider => options.Files.S3 is null
        ? new DiskBlobs(options.Files.Folder ?? Path.Combine(options.DataFolder, "files"))
        : new S3Reach(new S3Blobs(options.Files, provider.GetRequiredService<TimeProvider>()));

    private static GroupCommit NewGroupCommit(IServiceProvider provider)
    {
        var tools = new LaneTools(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<StorageOptions>(),
            provider.GetRequiredService<LogSignal>(),
            provider.GetRequiredService<StorageFailure>(), provider.GetRequiredService<TimeProvider>())
        {
            Report = provider.GetRequiredService<LaneReport>(), LeafLog = provider.GetService<LeafLog>(),
        };
        var commit = new GroupCommit(tools, provider.GetRequiredService<JournalFolder>());
        provider.GetRequiredService<StorageMeter>().LaneDepths = () => commit.Depths;
        return commit;
    }

    private static RetentionSweep CountedSweep(IServiceProvider provider)
    {
        var sweep = provider.GetRequiredService<RetentionSweep>();
        provider.GetRequiredService<StorageMeter>().RemovedEvents = () => sweep.Removed;
        return sweep;
    }

    private static ForgetConsumer NewForgetConsumer(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<StorageOptions>().Consuming;
        var installed = provider.GetServices<LogConsumer>().Select(consumer => consumer.Name)
            .Concat(provider.GetServices<LeasedDuty>().Select(duty => duty.Name))
            .Concat(provider.GetServices<ConsumerOfRelease>().Select(consumer => consumer.Name));
        return new ForgetConsumer(
            provider.GetRequiredService<GroupCommit>(), NewLeases(provider), installed, options,
            provider.GetRequiredService<TimeProvider>());
    }

    private static Leases NewLeases(IServiceProvider provider) => new(
        provider.GetRequiredService<Database>(), provider.GetRequiredService<GroupCommit>(), provider.GetRequiredService<NodeFiles>(),
        provider.GetRequiredService<StorageOptions>().Consuming, provider.GetRequiredService<TimeProvider>(),
        node: provider.GetRequiredService<IdSource>().NewId());

    private static ConsumerHost NewConsumerHost(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<StorageOptions>().Consuming;
        var commit = provider.GetRequiredService<GroupCommit>();
        var clock = provider.GetRequiredService<TimeProvider>();
        var logger = provider.GetRequiredService<ILogger<ConsumerHost>>();
        var log = provider.GetRequiredService<EventLog>();
        var tools = new ConsumerTools(
            commit, log, provider.GetRequiredService<Cursors>(), provider.GetRequiredService<ParkedEvents>(), new SharedPages(log, options),
            provider.GetRequiredService<BackOff>())
        {
            Options = options,
            Meter = provider.GetRequiredService<StorageMeter>(),
            Clock = clock,
            Logger = logger,
        };
        var leases = NewLeases(provider);
        var duties = new LeasedDuties(
            provider.GetServices<LeasedDuty>(), clock, provider.GetRequiredService<ILogger<LeasedDuties>>());
        return new ConsumerHost(
            provider.GetServices<LogConsumer>(), duties, leases, tools, provider.GetRequiredService<LogSignal>(), logger);
    }
}
