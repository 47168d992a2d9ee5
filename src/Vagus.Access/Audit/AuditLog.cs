using System.Collections.Concurrent;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Access.Audit;

/// <summary>
/// The audit logs: a Merkle tree (RFC 6962) per tenant. At the end of each group of writes the entries that it left get their indexes from
/// the tenant's head row, which is locked until the commit, so indexes are gapless and in commit order in every process.
/// </summary>
internal sealed class AuditLog : LeafLog
{
    /// <summary>The log of what belongs to no tenant: a failed sign-in of an unknown one. No tenant can have this id.</summary>
    public static readonly TenantId System = new("_system");

    private readonly ConcurrentDictionary<TenantId, long> removals = new();

    public override string TablePrefix => "audit_";

    /// <summary>
    /// The commit of the tenant's next entries also removes what is before the index. It is done there because the head is locked there, in
    /// the order in which all do it.
    /// </summary>
    public void RemoveWithNext(TenantId tenant, long before) => removals[tenant] = before;

    public void HasRemoved(TenantId tenant) => removals.TryRemove(tenant, out _);

    public override async ValueTask Append(GroupEnd end, TenantId tenant, IReadOnlyList<Leaf> leaves)
    {
        var head = await LockHead(end, tenant);
        var at = head.RecordedAt;
        var range = new CompactRange(head.Size, head.Frontier);
        var tiles = new AuditTiles(end, tenant);
        foreach (var (body, acknowledged) in leaves)
        {
            // The clock may be set back; the log's instants may not.
            at = Math.Max(at, (acknowledged ?? end.At).ToMicroseconds());
            var hash = AuditHash.OfEntry(tenant.Value, range.Size, at, body);
            end.Insert(AuditTables.Entries, tenant.Value, range.Size, at, body);
            await tiles.Add(range.Size, hash);
            range.Append(hash);
        }

        tiles.Queue();
        end.Queue(MoveHead, range.Size, range.ToBytes(), at, tenant.Value);
        if (removals.TryGetValue(tenant, out var before)) Remove(end, tenant, before);
    }

    // The triggers let entries go that are before the oldest one of the head.
    private static void Remove(GroupEnd end, TenantId tenant, long before)
    {
        end.Queue(MoveOldest, before, tenant.Value);
        end.Queue(RemoveEntries, tenant.Value, before);
        end.Queue(RemoveTerms, tenant.Value, before / AuditTiles.Width);
    }

    private static async ValueTask<AuditHead> LockHead(GroupEnd end, TenantId tenant)
    {
        var found = await end.Query(Lock, [tenant.Value], AuditHead.Read);
        if (found is [var head]) return head;
        await end.Query(Create, [tenant.Value, Array.Empty<byte>()], _ => true);
        return (await end.Query(Lock, [tenant.Value], AuditHead.Read))[0];
    }

    private static readonly Statement Lock = new(
        sqlite: """
            select size, frontier, recorded_at
            from audit_head
            where tenant_id = @tenant_id
            """,
        postgres: """
            select size, frontier, recorded_at
            from audit_head
            where tenant_id = @tenant_id
            for update
            """);

    private static readonly Statement Create = new("""
        insert into audit_head (tenant_id, size, frontier, recorded_at, oldest)
        values (@tenant_id, 0, @frontier, 0, 0)
        on conflict do nothing
        """);

    private static readonly Statement MoveOldest = new("""
        update audit_head
        set oldest = @oldest
        where tenant_id = @tenant_id
        """);

    private static readonly Statement RemoveEntries = new("""
        delete from audit_entry
        where tenant_id = @tenant_id
          and idx < @before
        """);

    private static readonly Statement RemoveTerms = new("""
        delete from audit_term
        where tenant_id = @tenant_id
          and bundle < @before
        """);

    private static readonly Statement MoveHead = new("""
        update audit_head
        set size = @size, frontier = @frontier, recorded_at = @recorded_at
        where tenant_id = @tenant_id
        """);
}
