using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Apart;
using Vagus.Storage.Sql;

namespace Vagus.Access.KeyUpkeep;

/// <summary>
/// Reads a backup of the keys into an empty keys' database. Keys that were destroyed after the backup was made are destroyed again: the
/// database of the facts remembers them. So the data is restored first, the keys after it. Those that a hold in the backup protects are
/// spared and told: the operator decides about them once the hold is looked at.
/// </summary>
public sealed class RestoreKeys
{
    private readonly ApartDatabase database;
    private readonly Database facts;
    private readonly AuditTrail audit;
    private readonly TimeProvider clock;

    internal RestoreKeys(ApartDatabase database, Database facts, AuditTrail audit, TimeProvider clock) =>
        (this.database, this.facts, this.audit, this.clock) = (database, facts, audit, clock);

    public async ValueTask<Result<KeysRestored>> Restore(Stream backup, CancellationToken cancel)
    {
        backup.Position = 0;
        if (await WhyBroken(backup, cancel) is { } broken) return broken;
        if (await audit.Append(AuditTrail.System, KeyEntries.Of(AuditActions.RestoreKeys, "Keys")) is { } unrecorded) return unrecorded;
        var destroyed = await facts.Query(
            SelectDestroyed, [], row => new KeyScope(new TenantId(row.GetString(0)), row.GetString(1), row.GetString(2)), cancel);
        backup.Position = 0;
        var restored = await database.Write<Result<KeysRestored>>(
            async (session, token) =>
            {
                foreach (var table in KeyTable.All)
                {
                    if (await session.QueryOne(table.CountAll, [], row => row.GetInt64(0), token) > 0) return NotEmpty;
                }

                var rows = await Insert(session, backup, token);
                var (again, spared) = (0L, new List<KeyScope>());
                foreach (var scope in destroyed)
                {
                    object?[] values = [clock.GetUtcNow().ToMicroseconds(), scope.Tenant.Value, scope.Type, scope.Id];
                    again += await session.Execute(DestroyAgain, values, token);
                    if (await session.QueryOne(CountLiving, values[1..], row => row.GetInt64(0), token) > 0) spared.Add(scope);
                }

                return new KeysRestored(rows, again, spared);
            },
            cancel);
        await database.Erase(cancel);
        return restored;
    }

    private static async ValueTask<long> Insert(SqlSession session, Stream backup, CancellationToken cancel)
    {
        var tables = KeyTable.All.ToDictionary(table => table.Name, StringComparer.Ordinal);
        var rows = 0L;
        using var reader = new StreamReader(backup, leaveOpen: true);
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            if (JsonSerializer.Deserialize<KeyBackupLine>(line, KeyBackup.Json)?.Row is not { } row) continue;
            if (!tables.TryGetValue(row.Table, out var table)) throw new FormatException("The backup names a table that is not known.");
            await session.Execute(table.Insert, table.Values(row), cancel);
            rows++;
        }

        return rows;
    }

    /// <summary>Null when the last line tells the hash of all lines before it.</summary>
    private static async ValueTask<Refusal?> WhyBroken(Stream backup, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var reader = new StreamReader(backup, leaveOpen: true);
        var (rows, first) = (0L, true);
        while (await reader.ReadLineAsync(cancel) is { } text)
        {
            var line = Parse(text);
            if (line is null || first != (line.Head is { Format: KeyBackup.Format, Version: KeyBackup.Version })) return Broken;
            if (line.End is { } end)
            {
                return end.Rows == rows && end.Sha256 == Convert.ToHexStringLower(hash.GetHashAndReset()) ? null : Broken;
            }

            if (line.Row is not null) rows++;
            first = false;
            hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
        }

        return Broken;
    }

    private static KeyBackupLine? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<KeyBackupLine>(text, KeyBackup.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static readonly Refusal Broken = new(
        RefusalKind.Invalid, "backup_broken", "This is not a whole backup of keys: it was cut or changed. Nothing was restored.");

    private static readonly Refusal NotEmpty = new(
        RefusalKind.Conflict, "keys_not_empty", "There are keys already. Move the keys' database away first; nothing was restored.");

    private static readonly Statement SelectDestroyed = new("""
        select distinct tenant_id, scope_type, scope_id
        from access_destroyed_key
        order by tenant_id, scope_type, scope_id
        """);

    private static readonly Statement DestroyAgain = new("""
        update data_key
        set state = 'destroyed', wrapped = null, destroyed_at = @destroyed_at
        where tenant_id = @tenant_id
          and scope_type = @scope_type
          and scope_id = @scope_id
          and state <> 'destroyed'
          and not exists (
            select 1
            from legal_hold h
            where h.tenant_id = data_key.tenant_id
              and h.released_at is null
              and (h.scope_type = ''
                or (h.scope_type = data_key.scope_type and (h.scope_id = '' or h.scope_id = data_key.scope_id))))
        """);

    private static readonly Statement CountLiving = new("""
        select count(*)
        from data_key
        where tenant_id = @tenant_id
          and scope_type = @scope_type
          and scope_id = @scope_id
          and state <> 'destroyed'
        """);
}

/// <summary>How many rows were restored, and how many keys were destroyed again.</summary>
/// <param name="Rows">Of all tables.</param>
/// <param name="DestroyedAgain">Keys.</param>
/// <param name="Spared">Scopes whose keys were destroyed after the backup was made, and that a hold of the backup protects now.</param>
public sealed record KeysRestored(long Rows, long DestroyedAgain, IReadOnlyList<KeyScope> Spared);
