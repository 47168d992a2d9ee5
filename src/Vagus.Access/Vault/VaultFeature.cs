using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vagus.Access.Vault.Keys;
using Vagus.Access.Vault.Roots;
using Vagus.Access.Vault.Searching;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Apart;
using Vagus.Storage.Writing;

namespace Vagus.Access.Vault;

/// <summary>The services of the vault.</summary>
internal static class VaultFeature
{
    public static void AddVault(this IServiceCollection services, AccessOptions options)
    {
        options.Vault.Validate();
        services.AddMetrics();
        services.AddSingleton(provider => KeysDatabase(provider, options));
        services.AddSingleton(provider => Roots(WithFile(options, provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new TenantKeys(
            Get<KeysPlace>(provider).Database, Get<RootProviders>(provider), options.Vault, Get<TimeProvider>(provider)));
        services.AddSingleton(provider => new DataKeys(
            Get<KeysPlace>(provider).Database, Get<TenantKeys>(provider), Get<IdSource>(provider), options.Vault,
            Get<TimeProvider>(provider)));
        services.AddSingleton(provider => new VaultMeter(Get<IMeterFactory>(provider), Get<ILogger<VaultMeter>>(provider)));
        services.AddSingleton(provider => new ContentVault(Get<DataKeys>(provider), Get<VaultMeter>(provider)));
        services.AddSingleton(provider => new SealedSearch(options.Vault, Get<TimeProvider>(provider)));
    }

    private static T Get<T>(IServiceProvider provider)
        where T : notnull => provider.GetRequiredService<T>();

    private static KeysPlace KeysDatabase(IServiceProvider provider, AccessOptions options)
    {
        var beside = ApartOptions.Beside(provider.GetRequiredService<StorageOptions>(), "keys");
        if (options.KeysPostgres is { } own) beside = beside with { Postgres = own, MadeFrom = null };
        return new KeysPlace(new ApartDatabase(beside, KeyMigrations.All, provider.GetRequiredService<TimeProvider>()));
    }

    private static RootProviders Roots(AccessOptions options, TimeProvider clock)
    {
        List<IRootKeyProvider> providers = [new FileKeyring(options)];
        if (options.Roots.Kms is { } kms) providers.Add(new AwsKms(kms, AwsKms.NewClient(kms)));
        if (options.Roots.Transit is { } transit) providers.Add(new VaultTransit(transit, VaultTransit.NewClient()));
        return new RootProviders(providers, options.Roots.Wrapping, options.Vault.ProviderTimeout, clock);
    }

    private static AccessOptions WithFile(AccessOptions options, IServiceProvider provider) =>
        AccessFeature.WithDefaultFile(options, provider.GetRequiredService<StorageOptions>());
}
