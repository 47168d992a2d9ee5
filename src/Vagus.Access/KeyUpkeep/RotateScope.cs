using Vagus.Access.Audit;
using Vagus.Access.Vault.Keys;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage.Apart;
using Vagus.Storage.Sql;

namespace Vagus.Access.KeyUpkeep;

/// <summary>
/// A new key for one scope: it seals from now on (within a minute on every node), the ones before only open. What was sealed before is
/// sealed anew by the room that has it, if it must be.
/// </summary>
public sealed class RotateScope
{
    private readonly ApartDatabase database;
    private readonly DataKeys keys;
    private readonly AuditTrail audit;

    internal RotateScope(ApartDatabase database, DataKeys keys, AuditTrail audit) =>
        (this.database, this.keys, this.audit) = (database, keys, audit);

    public async ValueTask<Result<string>> Rotate(KeyScope scope, CancellationToken cancel)
    {
        var rows = await keys.OfScope(scope, cancel);
        if (rows.Count == 0) return VaultRefusals.Unknown;
        if (rows.Exists(row => row.State == KeyStates.Destroyed)) return VaultRefusals.Destroyed;
        var entry = KeyEntries.Of(AuditActions.RotateKey, KeyEntries.On(scope));
        if (await audit.Append(scope.Tenant, entry) is { } unrecorded) return unrecorded;
        await database.Write(
            (session, token) => session.Execute(StopSealing, [scope.Tenant.Value, scope.Type, scope.Id], token), cancel);
        keys.Forget(scope, []);
        var key = await keys.ForSealing(scope, cancel);
        if (key.Refusal is { } refusal) return refusal;
        key.Value.GiveBack();
        return key.Value.Id;
    }

    private static readonly Statement StopSealing = new("""
        update data_key
        set state = 'decrypt_only'
        where tenant_id = @tenant_id
          and scope_type = @scope_type
          and scope_id = @scope_id
          and state = 'active'
        """);
}
