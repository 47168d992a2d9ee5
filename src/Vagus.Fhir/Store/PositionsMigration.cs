using System.Data.Common;
using System.Text.Json;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store.Index;
using Vagus.Kernel;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store;

/// <summary>
/// The places of Locations that were stored before there was an index of them, from their bodies, some at a time. <c>fhir_placed</c> holds
/// how far it has come, so that a process that was killed goes on where its last part was committed.
/// </summary>
internal static class PositionsMigration
{
    private const long ResourcesPerPart = 500;

    private static readonly int Positions = IndexKind.PlaceOf<PositionIndex>();

    private const string Place = """

        create table fhir_placed (
          type_number bigint not null,
          rid bigint not null
        );
        insert into fhir_placed (type_number, rid) values (0, 0);
        """;

    public static readonly Migration Table = new(220, "fhir positions", new PositionIndex().SqliteTables + Place)
    {
        PostgresScript = new PositionIndex().PostgresTables + Place,
    };

    public static readonly Migration Rows = new(221, "fhir rows of positions", "drop table fhir_placed;") { Part = Fill };

    private static async ValueTask<long> Fill(MigrationPart part, CancellationToken cancel)
    {
        var next = await part.Session.Query(Next, [ResourcesPerPart], Resource.Of, cancel);
        if (next.Count == 0) return 0;
        foreach (var ofTenant in next.GroupBy(resource => resource.Tenant, StringComparer.Ordinal))
        {
            var write = part.Write(new TenantId(ofTenant.Key));
            foreach (var resource in ofTenant.Where(each => each.Body is not null)) await Fill(write, resource, cancel);
        }

        await part.Session.Execute(Reached, [next[^1].Type, next[^1].Rid], cancel);
        return next.Count;
    }

    private static async ValueTask Fill(WriteTransaction write, Resource resource, CancellationToken cancel)
    {
        using var document = JsonDocument.Parse(resource.Body);
        var values = new SearchIndexer(OwnBases.None).Extract(document.RootElement, "Location");
        var added = await IndexKind.All[Positions].EntriesOf(write, values, cancel);
        if (added.Count == 0) return;
        var entries = ResourceKeys.Read(resource.Keys);
        var owner = new RowOwner(await Names.NumberOfTenant(write, cancel), resource.Rid);
        foreach (var entry in added) IndexKind.All[Positions].Insert(write, owner, entry);
        entries[Positions].AddRange(added);
        var kept = KeptIndex.Of(entries);
        await kept.Keep(write, resource.Type, resource.Rid, cancel);
    }

    private static readonly Statement Next = new("""
        select n.tenant_id, r.type_number, r.rid, r.index_keys, v.body
        from fhir_placed p
        join fhir_name n on n.kind = 1 and n.name = 'Location' and n.number >= p.type_number
        join fhir_resource r on r.type_number = n.number and (r.type_number, r.rid) > (p.type_number, p.rid)
        join fhir_version v on v.tenant_id = n.tenant_id and v.rid = r.rid and v.version = r.version
        order by r.type_number, r.rid
        limit @limit
        """);

    private static readonly Statement Reached = new("""
        update fhir_placed
        set type_number = @type_number, rid = @rid
        """);

    private sealed record Resource(string Tenant, long Type, long Rid, byte[]? Keys, byte[]? Body)
    {
        public static Resource Of(DbDataReader row) => new(
            row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.IsDBNull(3) ? null : (byte[])row.GetValue(3),
            row.IsDBNull(4) ? null : (byte[])row.GetValue(4));
    }
}
