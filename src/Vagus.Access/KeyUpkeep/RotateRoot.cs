using Vagus.Access.Audit;
using Vagus.Access.Vault.Roots;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage.Apart;
using Vagus.Storage.Sql;

namespace Vagus.Access.KeyUpkeep;

/// <summary>
/// Wraps the keys of all tenants under a new version of the root key, or under another provider when that has become the one that wraps.
/// Keys stay the same, so nothing that is served notices. Each key is moved by itself: killed at any time, it goes on when called again.
/// </summary>
public sealed class RotateRoot
{
    private const long Batch = 50;
    private readonly ApartDatabase database;
    private readonly RootProviders roots;
    private readonly AuditTrail audit;

    internal RotateRoot(ApartDatabase database, RootProviders roots, AuditTrail audit) =>
        (this.database, this.roots, this.audit) = (database, roots, audit);

    public async ValueTask<Result<RotationDone>> Rotate(IProgress<KeyProgress>? progress, CancellationToken cancel)
    {
        var current = await roots.Current(cancel);
        var total = await CountOthers(current, cancel);
        var goesOn = total > 0;
        var entry = KeyEntries.Of(AuditActions.RotateKey, "RootKey", goesOn ? "goes-on=true" : null);
        if (await audit.Append(AuditTrail.System, entry) is { } unrecorded) return unrecorded;
        if (!goesOn)
        {
            var rotated = await roots.Rotate(cancel);
            if (rotated.Refusal is { } refusal) return refusal;
            current = rotated.Value;
            total = await CountOthers(current, cancel);
        }

        var (moved, after) = (0L, new TenantKeyContext(new TenantId(""), 0));
        while (await Others(current, after, cancel) is { Count: > 0 } others)
        {
            foreach (var row in others) moved += await Move(row, cancel);
            after = others[^1].Context;
            progress?.Report(new KeyProgress(moved, Math.Max(total, moved)));
        }

        // One pass only: two that rotate to different root keys would otherwise take each other's rows for ever.
        return await CountOthers(current, cancel) > 0 ? VaultRefusals.Overtaken : new RotationDone(current, moved, goesOn);
    }

    private async ValueTask<int> Move(WrappedRow row, CancellationToken cancel)
    {
        var anew = await roots.Rewrap(row.Wrapped, row.Context, cancel);
        return await database.Write(
            (session, token) => session.Execute(
                Replace, [anew.Root, anew.Bytes, row.Context.Tenant.Value, row.Context.Version, row.Wrapped.Root], token),
            cancel);
    }

    private ValueTask<List<WrappedRow>> Others(string current, TenantKeyContext after, CancellationToken cancel) => database.Query(
        SelectOthers, [current, after.Tenant.Value, after.Version, Batch],
        row => new WrappedRow(
            new TenantKeyContext(new TenantId(row.GetString(0)), row.GetInt64(1)), new WrappedKey(row.GetString(2), (byte[])row[3])),
        cancel);

    private ValueTask<long> CountOthers(string current, CancellationToken cancel) =>
        database.QueryOne(Count, [current], row => row.GetInt64(0), cancel);

    private sealed record WrappedRow(TenantKeyContext Context, WrappedKey Wrapped);

    private static readonly Statement SelectOthers = new("""
        select tenant_id, version, provider, wrapped
        from tenant_key
        where provider <> @provider
          and state <> 'destroyed'
          and (tenant_id, version) > (@after_tenant, @after_version)
        order by tenant_id, version
        limit @rows
        """);

    private static readonly Statement Count = new("""
        select count(*)
        from tenant_key
        where provider <> @provider
          and state <> 'destroyed'
        """);

    private static readonly Statement Replace = new("""
        update tenant_key
        set provider = @provider, wrapped = @wrapped
        where tenant_id = @tenant_id
          and version = @version
          and provider = @before
          and state <> 'destroyed'
        """);
}
