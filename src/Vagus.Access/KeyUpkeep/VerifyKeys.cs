using Vagus.Access.Vault.Envelopes;
using Vagus.Access.Vault.Keys;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage.Apart;
using Vagus.Storage.Sql;

namespace Vagus.Access.KeyUpkeep;

/// <summary>
/// Asks the provider for the keys of all tenants and opens a sample of their data keys, which also finds bits that the disk has turned.
/// Nothing that it meets ends it: every finding is told.
/// </summary>
public sealed class VerifyKeys
{
    private readonly ApartDatabase database;
    private readonly KeyStatus status;
    private readonly DataKeys keys;

    internal VerifyKeys(ApartDatabase database, KeyStatus status, DataKeys keys) =>
        (this.database, this.status, this.keys) = (database, status, keys);

    /// <param name="perVersion">How many data keys of each tenant key are opened; evenly spread over their ids.</param>
    /// <param name="cancel">Ends the check.</param>
    public async ValueTask<KeysVerified> Verify(long perVersion, CancellationToken cancel)
    {
        var (opened, faults) = (0L, new List<string>());
        foreach (var version in await status.List(cancel))
        {
            var step = Math.Max(1, version.DataKeys / Math.Max(1, perVersion));
            var rows = await database.Query(Sample, [version.Tenant.Value, version.Version, step], DataKeys.Read, cancel);
            foreach (var row in rows)
            {
                if (await Fault(row, cancel) is { } fault) faults.Add($"{row.Scope.Tenant} {row.KeyId}: {fault}");
                else opened++;
            }
        }

        return new KeysVerified(opened, faults);
    }

    private async ValueTask<string?> Fault(DataKeyRow row, CancellationToken cancel)
    {
        try
        {
            if (await keys.Unwrap(row, cancel) is not { } key) return await IsStill(row, cancel) ? "its tenant key is destroyed" : null;
            try
            {
                return SealsAndOpens(key, row) ? null : "it does not open what it seals";
            }
            finally
            {
                key.GiveBack();
            }
        }
        catch (Exception cause) when (cause is SealBrokenException or KeysUnavailableException)
        {
            return cause.Message;
        }
    }

    // A rotation that runs meanwhile moves rows.
    private async ValueTask<bool> IsStill(DataKeyRow row, CancellationToken cancel) =>
        (await keys.OfScope(row.Scope, cancel)).Exists(now => now.KeyId == row.KeyId && now.TenantKeyVersion == row.TenantKeyVersion);

    private static bool SealsAndOpens(SharedKey key, DataKeyRow row)
    {
        var context = new SealContext(row.Scope.Tenant, "verify", row.KeyId, "");
        using var scope = new ScopeKey(row.Scope, key);
        // The scope key gives back a use of its own.
        if (!key.TryUse()) return false;
        var envelope = scope.Seal(context, ContentKind.Binary, "verify"u8);
        return SealedBytes.Open(key.Bytes.Span, context, envelope).AsSpan().SequenceEqual("verify"u8);
    }

    private static readonly Statement Sample = new("""
        select key_id, tenant_id, scope_type, scope_id, tenant_key_version, wrapped, state, used_at
        from (
          select key_id, tenant_id, scope_type, scope_id, tenant_key_version, wrapped, state, used_at,
            row_number() over (order by key_id) as place
          from data_key
          where tenant_id = @tenant_id
            and tenant_key_version = @version
            and state <> 'destroyed') as numbered
        where (place - 1) % @step = 0
        order by key_id
        """);
}

/// <summary>What was found: how many data keys opened, and a line for each that did not, with its tenant and id.</summary>
public sealed record KeysVerified(long Opened, IReadOnlyList<string> Faults);
