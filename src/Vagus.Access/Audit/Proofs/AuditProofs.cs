using System.Data.Common;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Access.Audit.Proofs;

/// <summary>Proofs about the logs, in O(log n) reads each. Permissions are checked by the callers.</summary>
public sealed class AuditProofs
{
    private static readonly Refusal NoEntry = new(RefusalKind.NotFound, "not_found", "The log has no entry with this index.");
    private static readonly Refusal Removed = new(RefusalKind.Gone, "gone", "The entry was removed by its retention.");
    private static readonly Refusal Unsigned =
        new(RefusalKind.Unavailable, "not_signed_yet", "No checkpoint covers the entry yet: try again in a second.");

    private static readonly Refusal NoCheckpoint = new(RefusalKind.NotFound, "not_found", "The log has no checkpoint of this size.");

    private readonly Database database;

    internal AuditProofs(Database database) => this.database = database;

    /// <summary>That an entry is in the log of a checkpoint: the first one that is kept, or else the newest.</summary>
    public async ValueTask<Result<AuditProof>> Inclusion(TenantId tenant, long index, CancellationToken cancel)
    {
        var (size, oldest) = await database.QueryOne(FindHead, [tenant.Value], row => (row.GetInt64(0), row.GetInt64(1)), cancel);
        if (index < 0 || index >= size) return NoEntry;
        if (index < oldest) return Removed;
        var entry = await database.QueryOne(FindEntry, [tenant.Value, index], Entry.Map, cancel);
        if (entry is null) return NoEntry;
        var note = await database.QueryOne(FirstKept, [tenant.Value, index], Note.Map, cancel)
            ?? await database.QueryOne(NewestAfter, [tenant.Value, index], Note.Map, cancel);
        if (note is null) return Unsigned;
        var path = await new AuditTree(database, tenant, cancel).Inclusion(index, note.Size);
        return new AuditProof(tenant, index, entry.RecordedAt, entry.Body, path, note.Text);
    }

    /// <summary>
    /// That entries are in the log of the newest signed checkpoint, each with its path; null for one that no checkpoint covers yet. A note
    /// that is null: nothing was signed so far.
    /// </summary>
    internal async ValueTask<(string? Checkpoint, IReadOnlyList<IReadOnlyList<byte[]>?> Paths)> Inclusions(
        TenantId tenant, IReadOnlyList<long> indexes, CancellationToken cancel)
    {
        var note = await database.QueryOne(NewestAfter, [tenant.Value, 0L], Note.Map, cancel);
        var tree = new AuditTree(database, tenant, cancel);
        var paths = new List<IReadOnlyList<byte[]>?>();
        foreach (var index in indexes) paths.Add(note is not null && index < note.Size ? await tree.Inclusion(index, note.Size) : null);
        return (note?.Text, paths);
    }

    /// <summary>That the log of the checkpoint of one size is the beginning of that of another.</summary>
    public async ValueTask<Result<AuditConsistency>> Consistency(TenantId tenant, long first, long second, CancellationToken cancel)
    {
        if (first > second) (first, second) = (second, first);
        var from = await database.QueryOne(OfSize, [tenant.Value, first], Note.Map, cancel);
        var to = await database.QueryOne(OfSize, [tenant.Value, second], Note.Map, cancel);
        if (from is null || to is null) return NoCheckpoint;
        return new AuditConsistency(from.Text, await new AuditTree(database, tenant, cancel).Consistency(first, second), to.Text);
    }

    private sealed record Entry(long RecordedAt, byte[] Body)
    {
        public static Entry Map(DbDataReader row) => new(row.GetInt64(0), (byte[])row.GetValue(1));
    }

    private sealed record Note(long Size, string Text)
    {
        public static Note Map(DbDataReader row) => new(row.GetInt64(0), row.GetString(1));
    }

    private static readonly Statement FindHead = new("""
        select size, oldest
        from audit_head
        where tenant_id = @tenant_id
        """);

    private static readonly Statement FindEntry = new("""
        select recorded_at, body
        from audit_entry
        where tenant_id = @tenant_id
          and idx = @index
        """);

    private static readonly Statement FirstKept = new("""
        select size, note
        from audit_checkpoint
        where tenant_id = @tenant_id
          and size > @index
          and kept
        order by size
        limit 1
        """);

    private static readonly Statement NewestAfter = new("""
        select size, note
        from audit_checkpoint
        where tenant_id = @tenant_id
          and size > @index
        order by size desc
        limit 1
        """);

    private static readonly Statement OfSize = new("""
        select size, note
        from audit_checkpoint
        where tenant_id = @tenant_id
          and size = @size
        order by signed_at
        limit 1
        """);
}
