using System.Data.Common;
using System.Security.Cryptography;
using Vagus.Access.Vault.Roots;
using Vagus.Kernel;
using Vagus.Storage.Apart;
using Vagus.Storage.Sql;

namespace Vagus.Access.Vault.Keys;

/// <summary>The keys of scopes: one seals, earlier ones only open. In the clear in memory for a minute at most.</summary>
internal sealed class DataKeys(ApartDatabase database, TenantKeys tenants, IdSource ids, VaultOptions options, TimeProvider clock)
    : IDisposable
{
    // Each turn meets another process that rotated or destroyed in between.
    private const int Turns = 8;
    private readonly KeyCache<KeyScope> sealing = new(options.DataKeysInMemory, options.DataKeyLifetime, clock);
    private readonly KeyCache<(TenantId Tenant, string Id)> opening = new(options.DataKeysInMemory, options.DataKeyLifetime, clock);

    /// <summary>The key that seals in this scope, made when there is none. The caller gives it back.</summary>
    public async ValueTask<Result<SharedKey>> ForSealing(KeyScope scope, CancellationToken cancel)
    {
        if (sealing.Find(scope) is { } kept) return kept;
        for (var turn = 0; turn < Turns; turn++)
        {
            var rows = await OfScope(scope, cancel);
            if (rows.Find(row => row.State == KeyStates.Active) is { } active)
            {
                if (await Unwrap(active, cancel) is not { } key) continue;
                await MarkUsed(active, cancel);
                sealing.Keep(scope, key);
                return key;
            }

            if (rows.Exists(row => row.State == KeyStates.Destroyed)) return VaultRefusals.Destroyed;
            await Add(scope, cancel);
        }

        throw new KeysUnavailableException("keys", "changed too often", TimeSpan.FromSeconds(1));
    }

    /// <summary>The key of this id, if it is the tenant's. The caller gives it back.</summary>
    public async ValueTask<Result<SharedKey>> ForOpening(TenantId tenant, string keyId, CancellationToken cancel)
    {
        if (opening.Find((tenant, keyId)) is { } kept) return kept;
        for (var turn = 0; turn < Turns; turn++)
        {
            var row = await database.QueryOne(ById, [tenant.Value, keyId], Read, cancel);
            if (row is null) throw new SealBrokenException(SealFault.UnknownKey);
            if (row.State == KeyStates.Destroyed) return VaultRefusals.Destroyed;
            if (await Unwrap(row, cancel) is not { } key) continue;
            opening.Keep((tenant, keyId), key);
            return key;
        }

        throw new KeysUnavailableException("keys", "changed too often", TimeSpan.FromSeconds(1));
    }

    /// <summary>Takes the scope's keys out of this process's memory.</summary>
    public void Forget(KeyScope scope, IEnumerable<string> keyIds)
    {
        sealing.Drop(scope);
        foreach (var id in keyIds) opening.Drop((scope.Tenant, id));
    }

    public ValueTask<List<DataKeyRow>> OfScope(KeyScope scope, CancellationToken cancel) =>
        database.Query(ByScope, [scope.Tenant.Value, scope.Type, scope.Id], Read, cancel);

    /// <summary>The key in the clear; null when a rotation has destroyed its tenant's key since the row was read.</summary>
    public async ValueTask<SharedKey?> Unwrap(DataKeyRow row, CancellationToken cancel)
    {
        if (await tenants.Find(row.Scope.Tenant, row.TenantKeyVersion, cancel) is not { } tenantKey) return null;
        try
        {
            var bound = KeyWrap.Bound(row.Scope, row.KeyId, row.TenantKeyVersion);
            return new SharedKey(row.KeyId, KeyWrap.Unwrap(tenantKey.Bytes.Span, row.Wrapped!, bound));
        }
        finally
        {
            tenantKey.GiveBack();
        }
    }

    /// <summary>A key for a scope that has none which seals. False when others were first: the caller looks again.</summary>
    public async ValueTask<bool> Add(KeyScope scope, CancellationToken cancel)
    {
        var version = await tenants.CurrentVersion(scope.Tenant, cancel);
        if (await tenants.Find(scope.Tenant, version, cancel) is not { } tenantKey) return false;
        var key = RandomNumberGenerator.GetBytes(SharedKey.Length);
        var keyId = ids.NewId();
        try
        {
            var wrapped = KeyWrap.Wrap(tenantKey.Bytes.Span, key, KeyWrap.Bound(scope, keyId, version));
            var now = clock.GetUtcNow().ToMicroseconds();
            return await database.Write(
                async (session, token) =>
                {
                    // Locks the tenant key's row until the commit: a rotation that ends its wrapping waits and then sees this key.
                    if (await session.Execute(CountWrap, [scope.Tenant.Value, version], token) == 0) return false;
                    return await session.Execute(
                        Insert, [keyId, scope.Tenant.Value, scope.Type, scope.Id, version, wrapped, now], token) == 1;
                },
                cancel);
        }
        finally
        {
            tenantKey.GiveBack();
            CryptographicOperations.ZeroMemory(key);
        }
    }

    public void Dispose()
    {
        sealing.Dispose();
        opening.Dispose();
    }

    // Retention counts from the last use; a day is exact enough for years.
    private async ValueTask MarkUsed(DataKeyRow row, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (now - Instant.FromMicroseconds(row.UsedAt) < TimeSpan.FromDays(1)) return;
        await database.Write((session, token) => session.Execute(Use, [now.ToMicroseconds(), row.KeyId], token), cancel);
    }

    internal static DataKeyRow Read(DbDataReader row) => new()
    {
        KeyId = row.GetString(0),
        Scope = new KeyScope(new TenantId(row.GetString(1)), row.GetString(2), row.GetString(3)),
        TenantKeyVersion = row.GetInt64(4),
        Wrapped = row.IsDBNull(5) ? null : (byte[])row[5],
        State = row.GetString(6),
        UsedAt = row.GetInt64(7),
    };

    private static readonly Statement ByScope = new("""
        select key_id, tenant_id, scope_type, scope_id, tenant_key_version, wrapped, state, used_at
        from data_key
        where tenant_id = @tenant_id
          and scope_type = @scope_type
          and scope_id = @scope_id
        order by created_at, key_id
        """);

    private static readonly Statement ById = new("""
        select key_id, tenant_id, scope_type, scope_id, tenant_key_version, wrapped, state, used_at
        from data_key
        where tenant_id = @tenant_id
          and key_id = @key_id
        """);

    private static readonly Statement CountWrap = new("""
        update tenant_key
        set wraps = wraps + 1
        where tenant_id = @tenant_id
          and version = @version
          and state = 'active'
        """);

    // Not where the scope has been destroyed: it stays closed.
    private static readonly Statement Insert = new("""
        insert into data_key (key_id, tenant_id, scope_type, scope_id, tenant_key_version, wrapped, state, created_at, used_at)
        select @key_id, @tenant_id, @scope_type, @scope_id, @version, @wrapped, 'active', @created_at, @created_at
        where not exists (
          select 1 from data_key
          where tenant_id = @tenant_id and scope_type = @scope_type and scope_id = @scope_id and state = 'destroyed')
        on conflict do nothing
        """);

    private static readonly Statement Use = new("""
        update data_key
        set used_at = @used_at
        where key_id = @key_id
        """);
}
