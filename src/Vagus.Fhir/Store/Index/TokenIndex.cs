using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store.Index;

/// <summary>Codes, identifiers and booleans: equal or not. A system is a number, 0 where the element has none.</summary>
internal sealed class TokenIndex() : IndexKind("token", SearchKind.Token, SearchParameterKind.Token, "fhir_token")
{
    private const long NoSystem = 0;
    // A column of the resource's own row.
    private static readonly int? IdParameter = R4Definitions.SearchParameter("Patient", "_id")?.Id;

    public override string SqliteTables => """
        create table fhir_token (
          tenant_number integer not null,
          param integer not null,
          code text not null,
          system_number integer not null,
          rid integer not null,
          primary key (tenant_number, param, code, system_number, rid)
        ) without rowid;
        """;

    public override string PostgresTables => """
        create table fhir_token (
          tenant_number integer not null,
          param integer not null,
          code text collate "C" not null,
          system_number integer not null,
          rid bigint not null,
          primary key (tenant_number, param, code, system_number, rid)
        );
        """;

    public override IReadOnlyList<ColumnType> KeyTypes { get; } = [ColumnType.BigInt, ColumnType.Text, ColumnType.BigInt];

    public override async ValueTask<List<IndexEntry>> EntriesOf(WriteTransaction write, IndexedValues values, CancellationToken cancel)
    {
        var entries = new List<IndexEntry>(values.Tokens.Count);
        foreach (var token in values.Tokens)
        {
            if (token.Parameter == IdParameter) continue;
            var system = token.System is null ? NoSystem : await Names.NumberOf(write, NameKind.System, token.System, cancel);
            entries.Add(new IndexEntry((long)token.Parameter, IndexKey.Of(token.Code), system));
        }

        return entries;
    }

    public override void Insert(WriteTransaction write, RowOwner owner, IndexEntry entry) =>
        write.Insert(Rows, owner.Tenant, entry.Key[0], entry.Key[1], entry.Key[2], owner.Rid);

    public override ValueTask Delete(WriteTransaction write, RowOwner owner, IndexEntry entry, CancellationToken cancel) =>
        write.Queue(DeleteOne, [owner.Tenant, .. entry.Key, owner.Rid], cancel);

    public override IEnumerable<string> Conditions(SqlText text, string tenant, SearchTerm term)
    {
        var token = (TokenTerm)term;
        var code = token.Code is null ? null : $"x.code = {text.Value(IndexKey.Of(token.Code))}";
        if (token.AnySystem) return [code ?? "true"];
        var number = token.System is null ? "0" : Names.Sql(text, tenant, NameKind.System, token.System);
        var system = $"x.system_number = {number}";
        return [code is null ? system : $"{code} and {system}"];
    }

    public override (string Table, string Condition)? OfResource(SqlText text, string tenant, SearchTerm term) =>
        ((TokenTerm)term).Code is null ? null : (Table, Conditions(text, tenant, term).Single());

    private static readonly InsertInto Rows = new(
        "fhir_token",
        ("tenant_number", ColumnType.BigInt),
        ("param", ColumnType.BigInt),
        ("code", ColumnType.Text),
        ("system_number", ColumnType.BigInt),
        ("rid", ColumnType.BigInt));

    private static readonly Statement DeleteOne = new("""
        delete from fhir_token
        where tenant_number = @tenant_number
          and param = @param
          and code = @code
          and system_number = @system_number
          and rid = @rid
        """);
}
