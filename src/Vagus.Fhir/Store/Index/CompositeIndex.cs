using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store.Index;

/// <summary>
/// The tuples of composite parameters on repeated elements, of one resource: a code, which every composite of R4 has, and what stands
/// beside it. The rows of the code's own parameter lead to the resource. A composite over the resource itself has no rows here: its
/// components are asked of the resource.
/// </summary>
internal sealed class CompositeIndex() : IndexKind("composite", SearchKind.Composite, SearchParameterKind.Composite, "fhir_composite")
{
    private const long NoSystem = 0;

    public override string SqliteTables => """
        create table fhir_composite (
          tenant_number integer not null,
          rid integer not null,
          param integer not null,
          code text not null,
          system_number integer not null,
          form text not null,
          low text not null,
          high text not null,
          primary key (tenant_number, rid, param, code, system_number, form, low, high)
        ) without rowid;
        """;

    public override string PostgresTables => """
        create table fhir_composite (
          tenant_number integer not null,
          rid bigint not null,
          param integer not null,
          code text collate "C" not null,
          system_number integer not null,
          form text collate "C" not null,
          low text collate "C" not null,
          high text collate "C" not null,
          primary key (tenant_number, rid, param, code, system_number, form, low, high)
        );
        """;

    public override IReadOnlyList<ColumnType> KeyTypes { get; } =
        [ColumnType.BigInt, ColumnType.Text, ColumnType.BigInt, ColumnType.Text, ColumnType.Text, ColumnType.Text];

    public override int? NameColumn => 2;

    public override async ValueTask<List<IndexEntry>> EntriesOf(WriteTransaction write, IndexedValues values, CancellationToken cancel)
    {
        var entries = new DistinctEntries();
        foreach (var tuple in values.Composites)
        {
            var codes = CodeOf(tuple.Parameter);
            foreach (var code in tuple.Parts.Tokens.Where(token => token.Parameter == codes))
            {
                var system = code.System is null ? NoSystem : await Names.NumberOf(write, NameKind.System, code.System, cancel);
                foreach (var (form, low, high) in PairedValue.Of(tuple.Parts, codes))
                {
                    entries.Add(new IndexEntry((long)tuple.Parameter, IndexKey.OfPart(code.Code), system, form, low, high));
                }
            }
        }

        return entries.All;
    }

    public override void Insert(WriteTransaction write, RowOwner owner, IndexEntry entry) =>
        write.Insert(Rows, [owner.Tenant, owner.Rid, .. entry.Key]);

    public override ValueTask Delete(WriteTransaction write, RowOwner owner, IndexEntry entry, CancellationToken cancel) =>
        write.Queue(DeleteOne, [owner.Tenant, owner.Rid, .. entry.Key], cancel);

    public override IEnumerable<string> Conditions(SqlText text, string tenant, SearchTerm term) =>
        throw new NotSupportedException("The rows of a composite are found by its code, which has rows of its own.");

    public override (string Table, string Condition)? OfResource(SqlText text, string tenant, SearchTerm term)
    {
        var tuple = ((CompositeTerm)term).OfTuple;
        var code = tuple.First(part => part.Kind == SearchKind.Token);
        return (Table,
            $"{OfCode(text, tenant, (TokenTerm)code.Term)} and {PairedValue.Condition(text, [.. tuple.Where(part => part != code)])}");
    }

    private static string OfCode(SqlText text, string tenant, TokenTerm token)
    {
        var code = token.Code is null ? null : $"x.code = {text.Value(IndexKey.OfPart(token.Code))}";
        if (token.AnySystem) return code ?? "true";
        var number = token.System is null ? "0" : Names.Sql(text, tenant, NameKind.System, token.System);
        var system = $"x.system_number = {number}";
        return code is null ? system : $"{code} and {system}";
    }

    /// <summary>The component that is the code of the tuples.</summary>
    private static int CodeOf(int composite)
    {
        var parameter = R4Definitions.SearchParameter(composite) ?? throw new ArgumentOutOfRangeException(nameof(composite));
        return CompositeShape.Of(parameter, parameter.Base).Components.First(each => each.Kind == SearchParameterKind.Token).Id;
    }

    private static readonly InsertInto Rows = new(
        "fhir_composite",
        ("tenant_number", ColumnType.BigInt),
        ("rid", ColumnType.BigInt),
        ("param", ColumnType.BigInt),
        ("code", ColumnType.Text),
        ("system_number", ColumnType.BigInt),
        ("form", ColumnType.Text),
        ("low", ColumnType.Text),
        ("high", ColumnType.Text));

    private static readonly Statement DeleteOne = new("""
        delete from fhir_composite
        where tenant_number = @tenant_number
          and rid = @rid
          and param = @param
          and code = @code
          and system_number = @system_number
          and form = @form
          and low = @low
          and high = @high
        """);
}
