using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using Vagus.Access.Audit;
using Vagus.Access.Audit.Checkpoints;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Access.Tests.Audit.Proving;

/// <summary>Somebody who holds the database: the triggers do not bind, and every hash of the log can be made anew.</summary>
internal sealed class Attacker : IAsyncDisposable
{
    private const int Width = 256;
    private readonly DbConnection connection;
    private readonly string tenant;
    private readonly StorageOptions options;

    private Attacker(DbConnection connection, TenantId tenant, StorageOptions options) =>
        (this.connection, this.tenant, this.options) = (connection, tenant.Value, options);

    /// <summary>The verifier's options for what <see cref="Copy"/> took.</summary>
    public IReadOnlyList<string> CopiedDatabase => options.Postgres is { } postgres
        ? ["--postgres", new NpgsqlConnectionStringBuilder(postgres) { SearchPath = "copied" }.ToString()]
        : ["--sqlite", Path.Combine(options.DataFolder, "copied.db")];

    public static async Task<Attacker> Of(TestStorage storage, TenantId tenant)
    {
        DbConnection connection = storage.Options.Postgres is { } postgres
            ? new NpgsqlConnection(postgres)
            : new SqliteConnection($"Data Source={Path.Combine(storage.Options.DataFolder, "vagus.db")};Pooling=false");
        await connection.OpenAsync();
        var attacker = new Attacker(connection, tenant, storage.Options);
        await attacker.DropTriggers(storage.Database.Engine);
        return attacker;
    }

    public async Task Run(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<List<(long At, byte[] Body)>> Entries()
    {
        var entries = new List<(long, byte[])>();
        await using var command = Command("select recorded_at, body from audit_entry where tenant_id = @a order by idx", tenant);
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync()) entries.Add((rows.GetInt64(0), (byte[])rows.GetValue(1)));
        return entries;
    }

    /// <summary>Only the rows: head, tiles and checkpoints stay.</summary>
    public async Task WriteEntries(IReadOnlyList<(long At, byte[] Body)> entries)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await Run("delete from audit_entry where tenant_id = @a", tenant);
        for (var index = 0; index < entries.Count; index++)
            await Run("insert into audit_entry values (@a, @b, @c, @d)", tenant, (long)index, entries[index].At, entries[index].Body);
        await transaction.CommitAsync();
    }

    /// <summary>Rows, tiles and head as if these entries were the log; the checkpoints are replaced by new ones of these sizes.</summary>
    public async Task Rebuild(IReadOnlyList<(long At, byte[] Body)> entries, CheckpointKey key, params int[] checkpoints)
    {
        await WriteEntries(entries);
        await Run("delete from audit_tile where tenant_id = @a", tenant);
        await Run("delete from audit_checkpoint where tenant_id = @a", tenant);
        var leaves = entries.Select((entry, index) => AuditHash.OfEntry(tenant, index, entry.At, entry.Body)).ToList();
        await WriteTiles(level: 0, leaves);
        var range = new CompactRange();
        foreach (var leaf in leaves)
        {
            range.Append(leaf);
            if (checkpoints.Contains((int)range.Size)) await Sign(range, key);
        }

        await Run(
            "update audit_head set size = @a, frontier = @b, recorded_at = @c where tenant_id = @d",
            range.Size, range.ToBytes(), entries.Count == 0 ? 0L : entries[^1].At, tenant);
    }

    /// <summary>Takes a copy of the audit as it is.</summary>
    public async Task Copy()
    {
        if (connection is SqliteConnection source)
        {
            await using var copy = new SqliteConnection($"Data Source={Path.Combine(options.DataFolder, "copied.db")};Pooling=false");
            source.BackupDatabase(copy);
            return;
        }

        await Run("create schema copied");
        foreach (var table in new[] { "audit_head", "audit_entry", "audit_tile", "audit_checkpoint", "audit_anchor", "audit_key" })
            await Run($"create table copied.{table} as table {table}");
    }

    public async Task RemoveAnchorRecords() => await Run("delete from audit_anchor where tenant_id = @a", tenant);

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async Task WriteTiles(long level, List<byte[]> hashes)
    {
        var chunks = hashes.Chunk(Width).ToList();
        foreach (var (chunk, number) in chunks.Select((chunk, number) => (chunk, (long)number)))
        {
            if (level == 0 && chunk.Length < Width) continue;
            await Run("insert into audit_tile values (@a, @b, @c, @d)", tenant, level, number, chunk.SelectMany(hash => hash).ToArray());
        }

        var above = chunks
            .Where(chunk => chunk.Length == Width)
            .Select(chunk => CompactRange.RootOf([.. chunk.SelectMany(hash => hash)]))
            .ToList();
        if (above.Count > 0) await WriteTiles(level + 1, above);
    }

    private async Task Sign(CompactRange range, CheckpointKey key)
    {
        var text = CheckpointText.Of(new TenantId(tenant), range.Size, range.Root());
        await Run(
            "insert into audit_checkpoint values (@a, @b, @c, @d, @e, @f, @g)",
            tenant, range.Size, key.Id, 0L, CheckpointText.Sign(text, key), false, true);
    }

    private async Task DropTriggers(Engine engine)
    {
        if (engine == Engine.Postgres)
        {
            foreach (var table in new[] { "audit_entry", "audit_tile", "audit_checkpoint" }) await Run($"alter table {table} disable trigger all");
            return;
        }

        var names = new List<string>();
        await using (var command = Command("select name from sqlite_master where type = 'trigger' and name like 'audit%'"))
        await using (var rows = await command.ExecuteReaderAsync())
        {
            while (await rows.ReadAsync()) names.Add(rows.GetString(0));
        }

        foreach (var name in names) await Run($"drop trigger {name}");
    }

    private DbCommand Command(string sql, params object[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var at = 0; at < values.Length; at++)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("@" + (char)('a' + at), values[at]);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
