using System.Data.Common;
using Vagus.Access.Audit;
using Vagus.Access.Vault.Keys;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Apart;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Access.KeyUpkeep;

/// <summary>
/// Crypto-shredding: the keys of a scope are destroyed, and what they sealed cannot be read any more, in the database, its copies and its
/// backups, once backups of the keys themselves have expired. Refused under a legal hold and before the retention ends.
/// </summary>
public sealed class DestroyKey
{
    private readonly ApartDatabase database;
    private readonly GroupCommit commit;
    private readonly DataKeys keys;
    private readonly VaultOptions options;
    private readonly TimeProvider clock;

    internal DestroyKey(ApartDatabase database, GroupCommit commit, DataKeys keys, VaultOptions options, TimeProvider clock) =>
        (this.database, this.commit, this.keys, this.options, this.clock) = (database, commit, keys, options, clock);

    /// <summary>
    /// Answers the ids of the destroyed keys. The destruction is first recorded in the database of the facts: a backup of the keys that is
    /// restored later has them destroyed again (<see cref="KeyBackup"/>). Interrupted in between, it is to be called again.
    /// </summary>
    public async ValueTask<Result<IReadOnlyList<string>>> Destroy(KeyScope scope, CancellationToken cancel) =>
        (await Destroy(AuditActor.Operator, [scope], cancel))[0];

    /// <summary>The same of several scopes, each by itself, with what the database still holds of their keys erased once.</summary>
    public async ValueTask<IReadOnlyList<Result<IReadOnlyList<string>>>> Destroy(
        AuditActor by, IReadOnlyList<KeyScope> scopes, CancellationToken cancel)
    {
        var answers = new List<Result<IReadOnlyList<string>>>(scopes.Count);
        foreach (var scope in scopes) answers.Add(await Remove(by, scope, cancel));
        if (answers.Exists(answer => !answer.IsRefused)) await database.Erase(cancel);
        return answers;
    }

    private async ValueTask<Result<IReadOnlyList<string>>> Remove(AuditActor by, KeyScope scope, CancellationToken cancel)
    {
        var rows = await keys.OfScope(scope, cancel);
        if (rows.Count == 0) return VaultRefusals.Unknown;
        if (await Obstacle(database.Query, scope, rows, cancel) is { } obstacle) return await TakeBack(by, scope, obstacle, cancel);
        var ids = rows.ConvertAll(row => row.KeyId);
        var recorded = await Record(by, scope, ids, cancel);
        if (recorded.Refusal is { } refusal) return refusal;
        var refused = await database.Write((session, token) => Remove(session, scope, rows, token), cancel);
        if (refused is not null) return await TakeBack(by, scope, refused, cancel);
        keys.Forget(scope, ids);
        return ids;
    }

    /// <summary>
    /// A refusal leaves no record of a destruction, also of an earlier call that was cut off: the next backup that is restored would
    /// destroy by it what a hold protects.
    /// </summary>
    private async ValueTask<Refusal> TakeBack(AuditActor by, KeyScope scope, Refusal why, CancellationToken cancel)
    {
        // Asked after the refusal: what another process destroyed before stays recorded.
        var lives = (await keys.OfScope(scope, cancel)).Exists(row => row.State != KeyStates.Destroyed);
        var noted = await commit.Write<int>(
            scope.Tenant,
            async (write, token) =>
            {
                AuditTrail.Add(write, KeyEntries.NotDestroyed(by, scope, why));
                return lives ? await write.Execute(DeleteRecord, [scope.Tenant.Value, scope.Type, scope.Id], token) : 0;
            },
            cancel);
        return noted.Refusal ?? why;
    }

    private ValueTask<Result<bool>> Record(AuditActor by, KeyScope scope, List<string> ids, CancellationToken cancel) => commit.Write<bool>(
        scope.Tenant,
        async (write, token) =>
        {
            AuditTrail.Add(write, KeyEntries.Destroyed(by, scope, ids.Count));
            foreach (var id in ids)
            {
                await write.Queue(
                    InsertRecord, [scope.Tenant.Value, id, scope.Type, scope.Id, write.At.ToMicroseconds()], token);
            }

            return true;
        },
        cancel);

    // Asked again within the transaction: a hold that was placed meanwhile counts.
    private async ValueTask<Refusal?> Remove(SqlSession session, KeyScope scope, List<DataKeyRow> rows, CancellationToken cancel)
    {
        await session.Execute(LockHolds, [], cancel);
        if (await Obstacle(session.Query, scope, rows, cancel) is { } obstacle) return obstacle;
        await session.Execute(
            RemoveKeys, [clock.GetUtcNow().ToMicroseconds(), scope.Tenant.Value, scope.Type, scope.Id], cancel);
        return null;
    }

    private async ValueTask<Refusal?> Obstacle(Ask ask, KeyScope scope, List<DataKeyRow> rows, CancellationToken cancel)
    {
        if (scope.Type == KeyScope.DerivedType) return IsTenantSecret;
        var holds = await ask(CountHolds, [scope.Tenant.Value, scope.Type, scope.Id], row => row.GetInt64(0), cancel);
        if (holds[0] > 0) return VaultRefusals.Held;
        if (rows.TrueForAll(row => row.State == KeyStates.Destroyed)) return null;
        var days = await ask(SelectDays, [scope.Tenant.Value, scope.Type], row => row.GetInt64(0), cancel);
        var retention = days.Count > 0 ? TimeSpan.FromDays(days[0]) : options.Retention;
        var until = Instant.FromMicroseconds(rows.Max(row => row.UsedAt)) + retention;
        return clock.GetUtcNow() < until ? VaultRefusals.Retained(DateOnly.FromDateTime(until.UtcDateTime)) : null;
    }

    private delegate ValueTask<List<long>> Ask(
        Statement statement, object?[] values, Func<DbDataReader, long> row, CancellationToken cancel);

    private static readonly Refusal IsTenantSecret = new(
        RefusalKind.Unsupported, "tenant_secret", "The secret that a tenant's keys are derived from is not destroyed by itself.");

    private static readonly Statement InsertRecord = new("""
        insert into access_destroyed_key (tenant_id, key_id, scope_type, scope_id, decided_at)
        values (@tenant_id, @key_id, @scope_type, @scope_id, @decided_at)
        on conflict do nothing
        """);

    private static readonly Statement DeleteRecord = new("""
        delete from access_destroyed_key
        where tenant_id = @tenant_id
          and scope_type = @scope_type
          and scope_id = @scope_id
        """);

    // PostgreSQL: no hold is placed between the question and the commit. SQLite has one writer.
    private static readonly Statement LockHolds = new(
        sqlite: "select 1", postgres: "lock table legal_hold in share mode");

    private static readonly Statement CountHolds = new("""
        select count(*)
        from legal_hold
        where tenant_id = @tenant_id
          and released_at is null
          and (scope_type = '' or (scope_type = @scope_type and (scope_id = '' or scope_id = @scope_id)))
        """);

    private static readonly Statement SelectDays = new("""
        select days
        from key_retention
        where tenant_id = @tenant_id
          and scope_type = @scope_type
        """);

    private static readonly Statement RemoveKeys = new("""
        update data_key
        set state = 'destroyed', wrapped = null, destroyed_at = @destroyed_at
        where tenant_id = @tenant_id
          and scope_type = @scope_type
          and scope_id = @scope_id
          and state <> 'destroyed'
        """);
}
