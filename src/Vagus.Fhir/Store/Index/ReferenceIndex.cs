using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store.Index;

/// <summary>
/// References. <c>fhir_reference</c> finds resources by what they refer to, <c>fhir_resource_reference</c> has what one resource of this
/// server refers to on it, for chains and includes; it only grows at its end. What lies elsewhere is kept under its URL; ids have no ':' or
/// '/', so the two cannot be mistaken for each other. A type is a number, 0 where the reference does not tell it.
/// </summary>
internal sealed class ReferenceIndex() : IndexKind("reference", SearchKind.Reference, SearchParameterKind.Reference, "fhir_reference")
{
    private const long NoType = 0;

    public override string SqliteTables => """
        create table fhir_reference (
          tenant_number integer not null,
          param integer not null,
          target_id text not null,
          target_type integer not null,
          rid integer not null,
          primary key (tenant_number, param, target_id, target_type, rid)
        ) without rowid;
        """;

    public override string PostgresTables => """
        create table fhir_reference (
          tenant_number integer not null,
          param integer not null,
          target_id text collate "C" not null,
          target_type integer not null,
          rid bigint not null,
          primary key (tenant_number, param, target_id, target_type, rid)
        );
        """;

    public override IReadOnlyList<ColumnType> KeyTypes { get; } = [ColumnType.BigInt, ColumnType.Text, ColumnType.BigInt];

    public override int? NameColumn => 2;

    public override async ValueTask<List<IndexEntry>> EntriesOf(WriteTransaction write, IndexedValues values, CancellationToken cancel)
    {
        var entries = new List<IndexEntry>(values.References.Count);
        foreach (var target in values.References)
        {
            var type = target.Type is null ? NoType : await Names.NumberOf(write, NameKind.Type, target.Type, cancel);
            entries.Add(new IndexEntry((long)target.Parameter, target.Id ?? IndexKey.Of(target.Url) ?? "", type));
        }

        return entries;
    }

    /// <summary>Since step 215.</summary>
    public static string SqliteLinks => """
        create table fhir_resource_reference (
          tenant_number integer not null,
          rid integer not null,
          param integer not null,
          target_type integer not null,
          target_id text not null,
          primary key (tenant_number, rid, param, target_type, target_id)
        ) without rowid;
        """;

    /// <inheritdoc cref="SqliteLinks"/>
    public static string PostgresLinks => """
        create table fhir_resource_reference (
          tenant_number integer not null,
          rid bigint not null,
          param integer not null,
          target_type integer not null,
          target_id text collate "C" not null,
          primary key (tenant_number, rid, param, target_type, target_id)
        );
        """;

    public override void Insert(WriteTransaction write, RowOwner owner, IndexEntry entry)
    {
        InsertFirst(write, owner, entry);
        InsertLink(write, owner, entry);
    }

    public override void InsertFirst(WriteTransaction write, RowOwner owner, IndexEntry entry) =>
        write.Insert(Rows, owner.Tenant, entry.Key[0], entry.Key[1], entry.Key[2], owner.Rid);

    public static void InsertLink(WriteTransaction write, RowOwner owner, IndexEntry entry)
    {
        if (IsLocal(entry)) write.Insert(Links, owner.Tenant, owner.Rid, entry.Key[0], entry.Key[2], entry.Key[1]);
    }

    public override async ValueTask Delete(WriteTransaction write, RowOwner owner, IndexEntry entry, CancellationToken cancel)
    {
        await write.Queue(DeleteOne, [owner.Tenant, .. entry.Key, owner.Rid], cancel);
        if (IsLocal(entry)) await write.Queue(DeleteLink, [owner.Tenant, owner.Rid, entry.Key[0], entry.Key[2], entry.Key[1]], cancel);
    }

    // Of what lies elsewhere the type may be known as well.
    private static bool IsLocal(IndexEntry entry) => (long)entry.Key[2] != NoType && ReferenceText.IsId((string)entry.Key[1]);

    public override IEnumerable<string> Conditions(SqlText text, string tenant, SearchTerm term) => (ReferenceTerm)term switch
    {
        { Url: { } url } => [$"x.target_id = {text.Value(IndexKey.Of(url))}"],
        { Type: { } type } local =>
            [$"x.target_id = {text.Value(local.Id)} and x.target_type = {Names.Sql(text, tenant, NameKind.Type, type)}"],
        var local => [$"x.target_id = {text.Value(local.Id)}"],
    };

    public override (string Table, string Condition)? OfResource(SqlText text, string tenant, SearchTerm term) =>
        (Table, Conditions(text, tenant, term).Single());

    /// <summary>The ids and type numbers that a resource's kept keys name under a parameter.</summary>
    public static IEnumerable<(string Id, long Type)> TargetsOf(List<IndexEntry>[] entries, long parameter)
    {
        for (var kind = 0; kind < entries.Length; kind++)
        {
            if (All[kind] is not ReferenceIndex) continue;
            foreach (var entry in entries[kind].Where(entry => entry.Parameter == parameter))
                yield return ((string)entry.Key[1], (long)entry.Key[2]);
        }
    }

    private static readonly InsertInto Rows = new(
        "fhir_reference",
        ("tenant_number", ColumnType.BigInt),
        ("param", ColumnType.BigInt),
        ("target_id", ColumnType.Text),
        ("target_type", ColumnType.BigInt),
        ("rid", ColumnType.BigInt));

    private static readonly InsertInto Links = new(
        "fhir_resource_reference",
        ("tenant_number", ColumnType.BigInt),
        ("rid", ColumnType.BigInt),
        ("param", ColumnType.BigInt),
        ("target_type", ColumnType.BigInt),
        ("target_id", ColumnType.Text));

    private static readonly Statement DeleteLink = new("""
        delete from fhir_resource_reference
        where tenant_number = @tenant_number
          and rid = @rid
          and param = @param
          and target_type = @target_type
          and target_id = @target_id
        """);

    private static readonly Statement DeleteOne = new("""
        delete from fhir_reference
        where tenant_number = @tenant_number
          and param = @param
          and target_id = @target_id
          and target_type = @target_type
          and rid = @rid
        """);
}
