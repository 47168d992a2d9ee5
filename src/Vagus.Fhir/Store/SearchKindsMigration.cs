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
/// The index rows of numbers, quantities, URIs, composites, texts of codes, typed identifiers and links between resources: step 215 makes
/// their tables, step 216 fills them from the stored bodies, some resources at a time, in the order of types and creation. What is there
/// stays as it is: how an absolute reference was understood when it was written is not asked again. <c>fhir_reindexed</c> holds how far it
/// has come, so that a process that was killed goes on where its last part was committed.
/// </summary>
internal static class SearchKindsMigration
{
    private const long ResourcesPerPart = 500;

    private static readonly int[] NewKinds =
    [
        IndexKind.PlaceOf<NumberIndex>(), IndexKind.PlaceOf<QuantityIndex>(), IndexKind.PlaceOf<UriIndex>(),
        IndexKind.PlaceOf<CompositeIndex>(),
    ];

    public static readonly Migration Tables = new(215, "fhir search kinds", SqliteScript) { PostgresScript = PostgresScript };

    public static Migration Rows(OwnBases own)
    {
        var indexer = new SearchIndexer(own);
        return new Migration(216, "fhir rows of search kinds", "drop table fhir_reindexed;")
        {
            Part = (part, cancel) => Fill(part, indexer, cancel),
        };
    }

    private static async ValueTask<long> Fill(MigrationPart part, SearchIndexer indexer, CancellationToken cancel)
    {
        var next = await part.Session.Query(Next, [ResourcesPerPart], Resource.Map, cancel);
        if (next.Count == 0) return 0;
        foreach (var ofTenant in next.GroupBy(resource => resource.Tenant, StringComparer.Ordinal))
        {
            var write = part.Write(new TenantId(ofTenant.Key));
            foreach (var resource in ofTenant) await Fill(write, resource, indexer, cancel);
        }

        await part.Session.Execute(Reached, [next[^1].Type, next[^1].Rid], cancel);
        return next.Count;
    }

    private static async ValueTask Fill(WriteTransaction write, Resource resource, SearchIndexer indexer, CancellationToken cancel)
    {
        var owner = new RowOwner(await Names.NumberOfTenant(write, cancel), resource.Rid);
        var entries = ResourceKeys.Read(resource.Keys);
        foreach (var link in entries[IndexKind.PlaceOf<ReferenceIndex>()]) ReferenceIndex.InsertLink(write, owner, link);
        if (resource.Body is null) return;

        using var document = JsonDocument.Parse(resource.Body);
        var values = indexer.Extract(document.RootElement, resource.TypeName);
        var others = new List<IndexEntry>();
        TokenIndex.AddOthers(others, values);
        Add(write, owner, entries, IndexKind.PlaceOf<TokenIndex>(), others);
        foreach (var kind in NewKinds)
            Add(write, owner, entries, kind, await IndexKind.All[kind].EntriesOf(write, values, cancel));
        var kept = KeptIndex.Of(entries);
        await kept.Keep(write, resource.Type, resource.Rid, cancel);
    }

    private static void Add(WriteTransaction write, RowOwner owner, List<IndexEntry>[] entries, int kind, List<IndexEntry> added)
    {
        foreach (var entry in added) IndexKind.All[kind].Insert(write, owner, entry);
        entries[kind].AddRange(added);
    }

    private const string Progress = """

        create table fhir_reindexed (
          type_number bigint not null,
          rid bigint not null
        );
        insert into fhir_reindexed (type_number, rid) values (0, 0);
        """;

    private static string SqliteScript =>
        ReferenceIndex.SqliteLinks + string.Concat(Kinds.Select(kind => $"\n{kind.SqliteTables}")) + Progress;

    private static string PostgresScript =>
        ReferenceIndex.PostgresLinks + string.Concat(Kinds.Select(kind => $"\n{kind.PostgresTables}")) + Progress;

    private static IEnumerable<IndexKind> Kinds => IndexKind.All.Where(kind => kind is NumberIndex or UriIndex or CompositeIndex);

    private static readonly Statement Next = new("""
        select n.tenant_id, n.name, r.type_number, r.rid, r.index_keys, v.body
        from fhir_reindexed p
        join fhir_resource r on (r.type_number, r.rid) > (p.type_number, p.rid)
        join fhir_name n on n.number = r.type_number
        join fhir_version v on v.tenant_id = n.tenant_id and v.rid = r.rid and v.version = r.version
        order by r.type_number, r.rid
        limit @limit
        """);

    private static readonly Statement Reached = new("""
        update fhir_reindexed
        set type_number = @type_number, rid = @rid
        """);

    private sealed record Resource
    {
        public required string Tenant { get; init; }

        public required string TypeName { get; init; }

        public required long Type { get; init; }

        public required long Rid { get; init; }

        public required byte[]? Keys { get; init; }

        public required byte[]? Body { get; init; }

        public static Resource Map(System.Data.Common.DbDataReader row) => new()
        {
            Tenant = row.GetString(0),
            TypeName = row.GetString(1),
            Type = row.GetInt64(2),
            Rid = row.GetInt64(3),
            Keys = row.IsDBNull(4) ? null : (byte[])row.GetValue(4),
            Body = row.IsDBNull(5) ? null : (byte[])row.GetValue(5),
        };
    }
}
