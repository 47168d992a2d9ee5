using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Audit;
using Vagus.Access.Audit.Checkpoints;
using Vagus.Access.Vault;
using Vagus.Access.Vault.Keys;
using Vagus.Access.Vault.Roots;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Writing;

namespace Vagus.Access.KeyUpkeep;

/// <summary>What the operator's commands do to keys. They record it in the audit, which itself seals with a key of the vault.</summary>
internal static class KeyUpkeepFeature
{
    public static void AddKeyUpkeep(this IServiceCollection services, AccessOptions options)
    {
        services.AddSingleton(provider => new RotateRoot(
            Get<KeysPlace>(provider).Database, Get<RootProviders>(provider), Get<AuditTrail>(provider)));
        services.AddSingleton(CheckpointKeys.Secrets);
        services.AddSingleton(provider => new RotateSecrets(
            Get<Database>(provider), Get<GroupCommit>(provider), Get<RootKey>(provider), provider.GetServices<SealedColumn>(),
            AccessFeature.WithDefaultFile(options, Get<StorageOptions>(provider)), Get<AuditTrail>(provider)));
        services.AddSingleton(provider => new RotateTenant(
            Get<KeysPlace>(provider).Database, Get<TenantKeys>(provider), Get<DataKeys>(provider), Get<AuditTrail>(provider)));
        services.AddSingleton(provider => new RotateScope(
            Get<KeysPlace>(provider).Database, Get<DataKeys>(provider), Get<AuditTrail>(provider)));
        services.AddSingleton(provider => new LegalHolds(
            Get<KeysPlace>(provider).Database, Get<IdSource>(provider), Get<AuditTrail>(provider), Get<TimeProvider>(provider)));
        services.AddSingleton(provider => new DestroyKey(
            Get<KeysPlace>(provider).Database, Get<GroupCommit>(provider), Get<DataKeys>(provider), options.Vault,
            Get<TimeProvider>(provider)));
        services.AddSingleton(provider => new DestroyedScopes(Get<Database>(provider)));
        services.AddSingleton(provider => new KeyStatus(Get<KeysPlace>(provider).Database));
        services.AddSingleton(provider => new VerifyKeys(
            Get<KeysPlace>(provider).Database, Get<KeyStatus>(provider), Get<DataKeys>(provider)));
        services.AddSingleton(provider => new KeyBackup(
            Get<KeysPlace>(provider).Database, Get<AuditTrail>(provider), Get<TimeProvider>(provider)));
        services.AddSingleton(provider => new RestoreKeys(
            Get<KeysPlace>(provider).Database, Get<Database>(provider), Get<AuditTrail>(provider), Get<TimeProvider>(provider)));
    }

    private static T Get<T>(IServiceProvider provider)
        where T : notnull => provider.GetRequiredService<T>();
}
