using System.Data.Common;
using Vagus.Fhir.Store.Index;
using Vagus.Kernel;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store;

/// <summary>
/// The index rows of the parts of names, for resources that were stored before there were any: worked out of the rows that each resource
/// keeps, some resources at a time. <c>fhir_parted</c> holds how far it has come, so that a process that was killed goes on where its last
/// part was committed.
/// </summary>
internal static class NamePartsMigration
{
    private const long ResourcesPerPart = 500;
    private static readonly int Strings = IndexKind.PlaceOf<StringIndex>();

    public static readonly Migration Table = new(217, "fhir parts of names, place", """
        create table fhir_parted (
          type_number bigint not null,
          rid bigint not null
        );
        insert into fhir_parted (type_number, rid) values (0, 0);
        """);

    public static readonly Migration Rows = new(218, "fhir parts of names", "drop table fhir_parted;") { Part = Fill };

    private static async ValueTask<long> Fill(MigrationPart part, CancellationToken cancel)
    {
        var next = await part.Session.Query(Next, [ResourcesPerPart], Resource.Of, cancel);
        if (next.Count == 0) return 0;
        foreach (var ofTenant in next.GroupBy(resource => resource.Tenant, StringComparer.Ordinal))
        {
            var write = part.Write(new TenantId(ofTenant.Key));
            foreach (var resource in ofTenant) await Fill(write, resource, cancel);
        }

        await part.Session.Execute(Reached, [next[^1].Type, next[^1].Rid], cancel);
        return next.Count;
    }

    private static async ValueTask Fill(WriteTransaction write, Resource resource, CancellationToken cancel)
    {
        var entries = ResourceKeys.Read(resource.Keys);
        var parts = StringIndex.PartsOf(entries[Strings]);
        if (parts.Count == 0) return;
        var owner = new RowOwner(await Names.NumberOfTenant(write, cancel), resource.Rid);
        foreach (var entry in parts) IndexKind.All[Strings].Insert(write, owner, entry);
        entries[Strings].AddRange(parts);
        var kept = KeptIndex.Of(entries);
        await kept.Keep(write, resource.Type, resource.Rid, cancel);
    }

    private static readonly Statement Next = new("""
        select n.tenant_id, r.type_number, r.rid, r.index_keys
        from fhir_parted p
        join fhir_resource r on (r.type_number, r.rid) > (p.type_number, p.rid)
        join fhir_name n on n.number = r.type_number
        order by r.type_number, r.rid
        limit @limit
        """);

    private static readonly Statement Reached = new("""
        update fhir_parted
        set type_number = @type_number, rid = @rid
        """);

    private sealed record Resource(string Tenant, long Type, long Rid, byte[]? Keys)
    {
        public static Resource Of(DbDataReader row) =>
            new(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.IsDBNull(3) ? null : (byte[])row.GetValue(3));
    }
}
