using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Files;
using Vagus.Storage.Sql;

namespace Vagus.Access.Files;

/// <summary>Files whose row is there and whose content the store does not have, for the operator after a move of the store.</summary>
public sealed class FindMissingContent(Database database, IBlobStore blobs)
{
    private const long PageSize = 500;
    private const long MostOfOthers = 20;

    /// <summary>Answers how many rows there are, and the files without a content.</summary>
    /// <param name="only">Of one tenant; null: of all.</param>
    /// <param name="cancel">Breaks it off.</param>
    public async ValueTask<(long Rows, List<BlobName> Missing)> Run(TenantId? only, CancellationToken cancel)
    {
        var (rows, missing) = (0L, new List<BlobName>());
        var last = new BlobName(new TenantId(""), "");
        while (true)
        {
            var page = await database.Query(
                Page, [last.Tenant.Value, last.Id, only?.Value, PageSize],
                row => new BlobName(new TenantId(row.GetString(0)), row.GetString(1)),
                cancel);
            foreach (var name in page)
            {
                if (await blobs.Open(name, cancel) is { } there) await there.DisposeAsync();
                else missing.Add(name);
            }

            rows += page.Count;
            if (page.Count < PageSize) return (rows, missing);
            last = page[^1];
        }
    }

    /// <summary>
    /// Whether the store is the one in which this installation keeps its files: one of the newest of other tenants is there. Null where
    /// there is none to look for.
    /// </summary>
    public async ValueTask<bool?> IsStoreOfOthers(TenantId except, CancellationToken cancel)
    {
        var others = await database.Query(
            OfOthers, [except.Value, MostOfOthers], row => new BlobName(new TenantId(row.GetString(0)), row.GetString(1)), cancel);
        foreach (var name in others)
        {
            if (await blobs.Open(name, cancel) is not { } there) continue;
            await there.DisposeAsync();
            return true;
        }

        return others.Count == 0 ? null : false;
    }

    private static readonly Statement OfOthers = new("""
        select tenant_id, file_id
        from access_file
        where tenant_id <> @tenant_id
        order by file_id desc, tenant_id
        limit @limit
        """);

    private static readonly Statement Page = new("""
        select tenant_id, file_id
        from access_file
        where (tenant_id, file_id) > (@tenant_id, @file_id)
          and tenant_id = coalesce(@only, tenant_id)
        order by tenant_id, file_id
        limit @limit
        """);
}
