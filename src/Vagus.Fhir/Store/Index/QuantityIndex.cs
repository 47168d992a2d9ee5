using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Store.Index;

/// <summary>
/// Amounts with a unit, in the tables of <see cref="NumberIndex"/>. Each has its value as it was written, with system, code and the unit as
/// people read it, and one in base units where UCUM tells them.
/// </summary>
internal sealed class QuantityIndex() : AmountIndex("quantity", SearchKind.Quantity, SearchParameterKind.Quantity)
{
    public override string SqliteTables => "";

    public override string PostgresTables => "";

    public override async ValueTask<List<IndexEntry>> EntriesOf(WriteTransaction write, IndexedValues values, CancellationToken cancel)
    {
        var entries = new DistinctEntries(2 * values.Quantities.Count);
        foreach (var quantity in values.Quantities)
        {
            if (JoinedParameter.Is(quantity.Parameter)) continue;
            var (low, high) = Ends(quantity.Low, quantity.High);
            var system = quantity.System is null ? NoSystem : await Names.NumberOf(write, NameKind.System, quantity.System, cancel);
            var (code, unit) = (IndexKey.OfPart(quantity.Code ?? ""), IndexKey.OfPart(quantity.Unit ?? ""));
            entries.Add(new IndexEntry((long)quantity.Parameter, AsWritten, low, high, system, code, unit));
            if (Canonical(quantity) is not var (measure, lowest, highest)) continue;
            entries.Add(new IndexEntry((long)quantity.Parameter, measure, lowest, highest, NoSystem, "", ""));
        }

        return entries.All;
    }

    public override IEnumerable<string> Conditions(SqlText text, string tenant, SearchTerm term)
    {
        var asked = (QuantityTerm)term;
        if (asked.Canonical is { } canonical)
        {
            foreach (var condition in OfValues(text, canonical.Number))
                yield return $"x.measure = {text.Value(MeasureOf(canonical.Measure))} and {condition}";
            yield break;
        }

        foreach (var condition in OfValues(text, asked.Number))
            yield return $"x.measure = '{AsWritten}' and {condition}{UnitOf(text, tenant, asked)}";
    }

    public override (string Table, string Condition)? OfResource(SqlText text, string tenant, SearchTerm term)
    {
        var asked = (QuantityTerm)term;
        return ("fhir_resource_amount", asked.Canonical is { } canonical
            ? $"x.measure = {text.Value(MeasureOf(canonical.Measure))} and {OfRange(text, canonical.Number)}"
            : $"x.measure = '{AsWritten}' and {OfRange(text, asked.Number)}{UnitOf(text, tenant, asked)}");
    }

    /// <summary>The entry is of a value in base units.</summary>
    internal static bool IsCanonical(IndexEntry entry) => (string)entry.Key[1] != AsWritten;

    /// <summary>The value in base units; null where UCUM does not tell them.</summary>
    internal static (string Measure, string Low, string High)? Canonical(QuantityValue quantity)
    {
        if (CanonicalUnit.Of(quantity.System, quantity.Code) is not { } unit) return null;
        var (low, high) = (quantity.Low is { } from ? unit.Convert(from) : null, quantity.High is { } to ? unit.Convert(to) : null);
        if ((low is null) != (quantity.Low is null) || (high is null) != (quantity.High is null)) return null;
        var ends = Ends(low, high);
        return (MeasureOf(unit.Measure), ends.Low, ends.High);
    }

    // Never empty, which would be as written.
    internal static string MeasureOf(string measure) => IndexKey.OfPart($"={measure}");

    private static string UnitOf(SqlText text, string tenant, QuantityTerm asked)
    {
        var condition = asked.System is null ? "" : $" and x.system_number = {Names.Sql(text, tenant, NameKind.System, asked.System)}";
        if (asked.Code is null) return condition;
        var code = text.Value(IndexKey.OfPart(asked.Code));
        return asked.System is null ? $" and (x.code = {code} or x.unit = {code})" : $"{condition} and x.code = {code}";
    }
}
