using Microsoft.Extensions.DependencyInjection;
using Vagus.Storage.Consuming;
using Vagus.Storage.Log;
using Vagus.Storage.Migrations;
using Vagus.Storage.Retention;
using Vagus.Storage.Writing;

namespace Vagus.Storage;

/// <summary>The only door of this room.</summary>
public static class StorageFeature
{
    public static IServiceCollection AddStorage(this IServiceCollection services, StorageOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<Database>();
        services.AddSingleton<LogSignal>();
        services.AddSingleton<StorageFailure>();
        services.AddSingleton<GroupCommit>();
        services.AddSingleton<EventLog>();
        services.AddSingleton<Cursors>();
        services.AddSingleton<Migrator>();
        services.AddSingleton<RetentionSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<RetentionSweep>());
        services.AddHostedService<LogListener>();
        services.AddMigrations(StorageMigrations.All);
        return services;
    }

    public static IServiceCollection AddMigrations(this IServiceCollection services, IEnumerable<Migration> migrations)
    {
        foreach (var migration in migrations) services.AddSingleton(migration);
        return services;
    }
}
