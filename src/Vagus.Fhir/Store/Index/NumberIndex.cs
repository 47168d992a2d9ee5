using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store.Index;

/// <summary>Numbers and ranges of them, without a unit.</summary>
internal sealed class NumberIndex() : AmountIndex("number", SearchKind.Number, SearchParameterKind.Number)
{
    public override string SqliteTables => """
        create table fhir_amount (
          tenant_number integer not null,
          param integer not null,
          measure text not null,
          span integer not null,
          edge text not null,
          other text not null,
          system_number integer not null,
          code text not null,
          unit text not null,
          rid integer not null,
          primary key (tenant_number, param, measure, span, edge, other, system_number, code, unit, rid)
        ) without rowid;
        create table fhir_resource_amount (
          tenant_number integer not null,
          rid integer not null,
          param integer not null,
          measure text not null,
          low text not null,
          high text not null,
          system_number integer not null,
          code text not null,
          unit text not null,
          primary key (tenant_number, rid, param, measure, low, high, system_number, code, unit)
        ) without rowid;
        """;

    public override string PostgresTables => """
        create table fhir_amount (
          tenant_number integer not null,
          param integer not null,
          measure text collate "C" not null,
          span integer not null,
          edge text collate "C" not null,
          other text collate "C" not null,
          system_number integer not null,
          code text collate "C" not null,
          unit text collate "C" not null,
          rid bigint not null,
          primary key (tenant_number, param, measure, span, edge, other, system_number, code, unit, rid)
        );
        create table fhir_resource_amount (
          tenant_number integer not null,
          rid bigint not null,
          param integer not null,
          measure text collate "C" not null,
          low text collate "C" not null,
          high text collate "C" not null,
          system_number integer not null,
          code text collate "C" not null,
          unit text collate "C" not null,
          primary key (tenant_number, rid, param, measure, low, high, system_number, code, unit)
        );
        """;

    public override ValueTask<List<IndexEntry>> EntriesOf(WriteTransaction write, IndexedValues values, CancellationToken cancel)
    {
        // 1.0 and 1.00 are two values and one key.
        var entries = new DistinctEntries(values.Numbers.Count);
        foreach (var number in values.Numbers)
        {
            var (low, high) = Ends(number.Low, number.High);
            entries.Add(new IndexEntry((long)number.Parameter, AsWritten, low, high, NoSystem, "", ""));
        }

        return ValueTask.FromResult(entries.All);
    }

    public override IEnumerable<string> Conditions(SqlText text, string tenant, SearchTerm term) =>
        OfValues(text, (NumberTerm)term).Select(condition => $"x.measure = '{AsWritten}' and {condition}");

    public override (string Table, string Condition)? OfResource(SqlText text, string tenant, SearchTerm term) =>
        ("fhir_resource_amount", $"x.measure = '{AsWritten}' and {OfRange(text, (NumberTerm)term)}");
}
