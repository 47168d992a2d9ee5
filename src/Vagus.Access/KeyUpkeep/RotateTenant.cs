using System.Globalization;
using System.Security.Cryptography;
using Vagus.Access.Audit;
using Vagus.Access.Vault.Keys;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage.Apart;
using Vagus.Storage.Sql;

namespace Vagus.Access.KeyUpkeep;

/// <summary>
/// A new version of a tenant's key. The data keys are wrapped anew in batches; they themselves stay the same, so no content is touched and
/// servers go on sealing and opening meanwhile. When no data key is left under the old version, that is destroyed. Killed at any time, it
/// goes on when called again.
/// </summary>
public sealed class RotateTenant
{
    private const long Batch = 100;
    private readonly ApartDatabase database;
    private readonly TenantKeys tenants;
    private readonly DataKeys keys;
    private readonly AuditTrail audit;

    internal RotateTenant(ApartDatabase database, TenantKeys tenants, DataKeys keys, AuditTrail audit) =>
        (this.database, this.tenants, this.keys, this.audit) = (database, tenants, keys, audit);

    public async ValueTask<Result<RotationDone>> Rotate(TenantId tenant, IProgress<KeyProgress>? progress, CancellationToken cancel)
    {
        var current = await tenants.CurrentVersion(tenant, cancel);
        var goesOn = await CountOld(tenant, cancel) > 0;
        var entry = KeyEntries.Of(AuditActions.RotateKey, "TenantKey", $"version={current}{(goesOn ? ",goes-on=true" : "")}");
        if (await audit.Append(tenant, entry) is { } unrecorded) return unrecorded;
        if (!goesOn)
        {
            await tenants.Add(tenant, current + 1, cancel);
            current = await tenants.CurrentVersion(tenant, cancel);
        }

        var total = await database.QueryOne(CountBehind, [tenant.Value, current], row => row.GetInt64(0), cancel);
        var moved = 0L;
        while (await Behind(tenant, current, cancel) is { Count: > 0 } behind)
        {
            if (await Move(tenant, current, behind, cancel) is not { } count) return VaultRefusals.Overtaken;
            moved += count;
            progress?.Report(new KeyProgress(moved, Math.Max(total, moved)));
        }

        await DestroyOld(tenant, current, cancel);
        return new RotationDone(current.ToString(CultureInfo.InvariantCulture), moved, goesOn);
    }

    /// <summary>How many were wrapped anew; null when another rotation has made a newer version.</summary>
    private async ValueTask<long?> Move(TenantId tenant, long current, List<DataKeyRow> behind, CancellationToken cancel)
    {
        var wrapped = new List<(DataKeyRow Row, byte[] Anew)>(behind.Count);
        if (await tenants.Find(tenant, current, cancel) is not { } under) return null;
        try
        {
            foreach (var row in behind)
            {
                // Null: another rotation of this tenant moved the row in the meantime.
                if (await keys.Unwrap(row, cancel) is not { } key) continue;
                wrapped.Add((row, KeyWrap.Wrap(under.Bytes.Span, key.Bytes.Span, KeyWrap.Bound(row.Scope, row.KeyId, current))));
                key.GiveBack();
            }
        }
        finally
        {
            under.GiveBack();
        }

        return await database.Write<long?>(
            async (session, token) =>
            {
                // Locks the version: it stays the current one until the commit.
                if (await session.Execute(CountWraps, [(long)wrapped.Count, tenant.Value, current], token) == 0) return null;
                var moved = 0L;
                foreach (var (row, anew) in wrapped)
                    moved += await session.Execute(Replace, [current, anew, row.KeyId, row.TenantKeyVersion], token);
                return moved;
            },
            cancel);
    }

    private async ValueTask DestroyOld(TenantId tenant, long current, CancellationToken cancel)
    {
        await database.Write((session, token) => session.Execute(Destroy, [tenant.Value, current], token), cancel);
        // Old rows leave the file: a copy of it that is made from now on does not hold what the old version had wrapped.
        await database.Erase(cancel);
        for (var version = 1; version < current; version++) tenants.Forget(tenant, version);
    }

    private ValueTask<List<DataKeyRow>> Behind(TenantId tenant, long current, CancellationToken cancel) =>
        database.Query(SelectBehind, [tenant.Value, current, Batch], DataKeys.Read, cancel);

    private ValueTask<long> CountOld(TenantId tenant, CancellationToken cancel) =>
        database.QueryOne(CountOldVersions, [tenant.Value], row => row.GetInt64(0), cancel);

    private static readonly Statement CountOldVersions = new("""
        select count(*)
        from tenant_key
        where tenant_id = @tenant_id
          and state = 'decrypt_only'
        """);

    private static readonly Statement CountBehind = new("""
        select count(*)
        from data_key
        where tenant_id = @tenant_id
          and tenant_key_version < @version
          and state <> 'destroyed'
        """);

    private static readonly Statement SelectBehind = new("""
        select key_id, tenant_id, scope_type, scope_id, tenant_key_version, wrapped, state, used_at
        from data_key
        where tenant_id = @tenant_id
          and tenant_key_version < @version
          and state <> 'destroyed'
        order by tenant_key_version, key_id
        limit @rows
        """);

    private static readonly Statement CountWraps = new("""
        update tenant_key
        set wraps = wraps + @wraps
        where tenant_id = @tenant_id
          and version = @version
          and state = 'active'
        """);

    private static readonly Statement Replace = new("""
        update data_key
        set tenant_key_version = @version, wrapped = @wrapped
        where key_id = @key_id
          and tenant_key_version = @before
          and state <> 'destroyed'
        """);

    // Versions that still wrap a key are left alone, whatever led to it.
    private static readonly Statement Destroy = new("""
        update tenant_key
        set state = 'destroyed', wrapped = null
        where tenant_id = @tenant_id
          and version < @version
          and state = 'decrypt_only'
          and not exists (
            select 1 from data_key d
            where d.tenant_id = tenant_key.tenant_id
              and d.tenant_key_version = tenant_key.version
              and d.state <> 'destroyed')
        """);
}
