using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Access.AuditReading;

/// <summary>
/// Fills the index of the audit behind the log, a bundle of 256 entries at a time, so that no access pays for it. The cursor moves in the
/// write that adds the rows; of two processes that do the same bundle one writes nothing.
/// </summary>
internal sealed class AuditIndex(Database database, GroupCommit commit)
{
    /// <summary>How many bundles of the tenant are in the index, after those that were full at the given size are.</summary>
    public async ValueTask<long> CatchUp(TenantId tenant, long size, CancellationToken cancel)
    {
        var full = size / AuditTiles.Width;
        while (true)
        {
            var done = await database.QueryOne(Cursor, [tenant.Value], row => row.GetInt64(0), cancel);
            if (done >= full) return done;
            await Add(tenant, done, cancel);
        }
    }

    /// <summary>One turn of the duty: each log whose last full bundle is not in the index yet.</summary>
    public async ValueTask CatchUpAll(CancellationToken cancel)
    {
        var behind = await database.Query(
            Behind, [(long)AuditTiles.Width], row => (Tenant: new TenantId(row.GetString(0)), Size: row.GetInt64(1)), cancel);
        foreach (var (tenant, size) in behind) await CatchUp(tenant, size, cancel);
    }

    private async ValueTask Add(TenantId tenant, long bundle, CancellationToken cancel)
    {
        var entries = await database.Query(
            Bundle,
            [tenant.Value, bundle * AuditTiles.Width, (bundle + 1) * AuditTiles.Width],
            row => AuditBody.Read((byte[])row.GetValue(0)),
            cancel);
        var terms = entries.SelectMany(AuditTerms.Of).ToHashSet();
        var outcome = await commit.Write<bool>(
            tenant,
            async (write, token) =>
            {
                await write.Queue(Begin, [tenant.Value], token);
                if (await write.Execute(MoveCursor, [bundle + 1, tenant.Value, bundle], token) == 0) return true;
                foreach (var (kind, value) in terms) write.Insert(AuditTerms.Rows, tenant.Value, kind, value, bundle);
                return true;
            },
            cancel);
        if (outcome.Refusal is { } refusal)
            throw new InvalidOperationException($"The index of the audit could not be written: {refusal.Code}.");
    }

    private static readonly Statement Cursor = new("""
        select bundles
        from audit_indexed
        where tenant_id = @tenant_id
        """);

    private static readonly Statement Behind = new($"""
        select h.tenant_id, h.size
        from audit_head h
        left join audit_indexed i on i.tenant_id = h.tenant_id
        where h.size / @width > coalesce(i.bundles, 0)
          and h.{NotStopped.Sql}
        """);

    private static readonly Statement Bundle = new("""
        select body
        from audit_entry
        where tenant_id = @tenant_id
          and idx >= @first
          and idx < @end
        order by idx
        """);

    private static readonly Statement Begin = new("""
        insert into audit_indexed (tenant_id, bundles)
        values (@tenant_id, 0)
        on conflict do nothing
        """);

    private static readonly Statement MoveCursor = new("""
        update audit_indexed
        set bundles = @bundles
        where tenant_id = @tenant_id
          and bundles = @before
        """);
}
