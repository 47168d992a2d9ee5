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

    public override async ValueTask Append(GroupEnd end, TenantId tenant, IReadOnlyList<byte[]> leaves)
    {
        var head = await LockHead(end, tenant);
        // The clock may be set back; the log's instants may not.
        var at = Math.Max(head.RecordedAt, end.At.ToMicroseconds());
        var range = new CompactRange(head.Size, head.Frontier);
        var tiles = new AuditTiles(end, tenant);
        foreach (var body in leaves)
        {
            var hash = AuditHash.OfEntry(tenant.Value, range.Size, at, body);
            end.Insert(AuditTables.Entries, tenant.Value, range.Size, at, body);
            await tiles.Add(range.Size, hash);
            range.Append(hash);
        }

        tiles.Queue();
        end.Queue(MoveHead, range.Size, range.ToBytes(), at, tenant.Value);
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

    private static readonly Statement MoveHead = new("""
        update audit_head
        set size = @size, frontier = @frontier, recorded_at = @recorded_at
        where tenant_id = @tenant_id
        """);
}
