using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Vagus.Access.Vault.Roots;
using Vagus.Kernel;
using Vagus.Storage.Apart;
using Vagus.Storage.Sql;

namespace Vagus.Access.Vault.Keys;

/// <summary>
/// The keys of tenants: wrapped in the keys' database, in the clear in memory for an hour at most. Each tenant has one version that wraps.
/// </summary>
internal sealed class TenantKeys(ApartDatabase database, RootProviders roots, VaultOptions options, TimeProvider clock) : IDisposable
{
    private readonly KeyCache<(TenantId Tenant, long Version)> cache = new(options.TenantKeysInMemory, options.TenantKeyLifetime, clock);

    // Of many requests for a cold tenant one asks the provider. There are as many gates as tenants that are cold at once.
    private readonly ConcurrentDictionary<(TenantId Tenant, long Version), Lazy<Task<SharedKey?>>> loading = new();

    /// <summary>The version that wraps now; made when the tenant has none.</summary>
    public async ValueTask<long> CurrentVersion(TenantId tenant, CancellationToken cancel)
    {
        if (await FindCurrent(tenant, cancel) is { } version) return version;
        await Add(tenant, version: 1, cancel);
        return await FindCurrent(tenant, cancel) ?? throw new InvalidOperationException("A tenant's key was destroyed while it was made.");
    }

    /// <summary>The key, which the caller gives back; null when this version was destroyed or never was.</summary>
    public async ValueTask<SharedKey?> Find(TenantId tenant, long version, CancellationToken cancel)
    {
        while (true)
        {
            if (cache.Find((tenant, version)) is { } kept) return kept;
            var load = loading.GetOrAdd(
                (tenant, version),
                _ => new Lazy<Task<SharedKey?>>(() => Task.Run(() => Load(tenant, version), CancellationToken.None)));
            if (await load.Value.WaitAsync(cancel) is not { } loaded) return null;
            // It may have been evicted and zeroed between the load and this line.
            if (loaded.TryUse()) return loaded;
        }
    }

    /// <summary>Adds a version that wraps from now on; the one before only opens. False when another process was first.</summary>
    public async ValueTask<bool> Add(TenantId tenant, long version, CancellationToken cancel)
    {
        var key = RandomNumberGenerator.GetBytes(SharedKey.Length);
        try
        {
            var wrapped = await roots.Wrap(key, new TenantKeyContext(tenant, version), cancel);
            var now = clock.GetUtcNow().ToMicroseconds();
            return await database.Write(
                async (session, token) =>
                {
                    await session.Execute(StopWrapping, [tenant.Value, version], token);
                    return await session.Execute(Insert, [tenant.Value, version, wrapped.Root, wrapped.Bytes, now], token) == 1;
                },
                cancel);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    public void Forget(TenantId tenant, long version) => cache.Drop((tenant, version));

    public void Dispose() => cache.Dispose();

    private async Task<SharedKey?> Load(TenantId tenant, long version)
    {
        try
        {
            var row = await database.QueryOne(
                FindWrapped, [tenant.Value, version], row => new WrappedKey(row.GetString(0), (byte[])row[1]), CancellationToken.None);
            if (row is null) return null;
            var bytes = await roots.Unwrap(row, new TenantKeyContext(tenant, version), CancellationToken.None);
            var key = new SharedKey(version.ToString(CultureInfo.InvariantCulture), bytes);
            cache.Keep((tenant, version), key);
            // The cache uses it now; who waits for this load takes it from there.
            key.GiveBack();
            return key;
        }
        finally
        {
            loading.TryRemove((tenant, version), out _);
        }
    }

    private async ValueTask<long?> FindCurrent(TenantId tenant, CancellationToken cancel) =>
        await database.QueryOne(SelectCurrent, [tenant.Value], row => (long?)row.GetInt64(0), cancel);

    private static readonly Statement SelectCurrent = new("""
        select version
        from tenant_key
        where tenant_id = @tenant_id
          and state = 'active'
        """);

    private static readonly Statement FindWrapped = new("""
        select provider, wrapped
        from tenant_key
        where tenant_id = @tenant_id
          and version = @version
          and state <> 'destroyed'
        """);

    // The version just before it: two that rotate at once do not undo each other.
    private static readonly Statement StopWrapping = new("""
        update tenant_key
        set state = 'decrypt_only'
        where tenant_id = @tenant_id
          and version = @version - 1
          and state = 'active'
        """);

    private static readonly Statement Insert = new("""
        insert into tenant_key (tenant_id, version, provider, wrapped, state, created_at, wraps)
        values (@tenant_id, @version, @provider, @wrapped, 'active', @created_at, 0)
        on conflict do nothing
        """);
}
