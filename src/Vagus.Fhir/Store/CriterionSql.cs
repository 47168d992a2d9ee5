using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.Store.Index;
using Vagus.Kernel;

namespace Vagus.Fhir.Store;

/// <summary>
/// A criterion as a condition on the resource <c>r</c>. One leads: its index rows name the resources that are looked at. The others are
/// asked of each of these.
/// </summary>
internal static class CriterionSql
{
    public static EngineText Leading(SqlText text, TenantId of, SearchCriterion criterion) =>
        ReachSql.Leading(string.Join(" union all ", criterion.AnyOf.Select(term => Rows(text, of, criterion, term))));

    public static string OfEach(SqlText text, TenantId of, SearchCriterion criterion)
    {
        if (criterion.Missing is { } missing)
            return $"r.params {(missing ? "not like" : "like")} {text.Value(KeptIndex.PatternOf(criterion.Kind, criterion.Parameter))}";
        var any = string.Join(" or ", criterion.AnyOf.Select(term => Holds(text, of, criterion, term)));
        return criterion.Negated ? $"not ({any})" : $"({any})";
    }

    /// <summary>How few rows a criterion is likely to leave: the smallest leads. Null: it cannot lead.</summary>
    public static int? RankOf(SearchCriterion criterion) => (criterion.Kind, criterion.AnyOf) switch
    {
        _ when criterion.Negated || criterion.Missing is not null => null,
        (SearchKind.Token, [TokenTerm { System: not null, Code: not null }, ..]) when criterion.Code == "identifier" => 0,
        (SearchKind.Reference, _) => 1,
        (SearchKind.String, _) => 2,
        (SearchKind.Date, [DateTerm { Test: DateTest.Within or DateTest.Overlaps }, ..]) => 3,
        (SearchKind.Token, [TokenTerm { Code: not null }, ..]) => 4,
        // Ranges into the future match fewer rows than ranges into the past.
        (SearchKind.Date, [DateTerm { Test: DateTest.After or DateTest.AtOrAfter or DateTest.StartsAfter }, ..]) => 5,
        _ => 6,
    };

    private static string Holds(SqlText text, TenantId of, SearchCriterion criterion, SearchTerm term)
    {
        var tenant = text.Tenant(of);
        if (IndexOf(criterion).OfResource(text, tenant, term) is not var (table, condition))
            // The plus keeps SQLite, "is true" PostgreSQL from letting these rows lead: they are gathered once and asked by their hash.
            return $"(+r.rid in ({Rows(text, of, criterion, term)})) is true";
        return $"exists (select 1 from {table} x where {RowsOfParameter(text, tenant, criterion)} and {condition} and x.rid = r.rid {ReachSql.AskEach})";
    }

    private static string Rows(SqlText text, TenantId of, SearchCriterion criterion, SearchTerm term)
    {
        var (index, tenant) = (IndexOf(criterion), text.Tenant(of));
        var rows = $"select x.rid from {index.Table} x where {RowsOfParameter(text, tenant, criterion)}";
        return string.Join(" union all ", index.Conditions(text, tenant, term).Select(condition => $"{rows} and {condition}"));
    }

    private static string RowsOfParameter(SqlText text, string tenant, SearchCriterion criterion) =>
        $"x.tenant_number = {Names.TenantSql(tenant)} and x.param = {text.Value((long)criterion.Parameter)}";

    private static IndexKind IndexOf(SearchCriterion criterion) =>
        IndexKind.Of(criterion.Kind) ?? throw new ArgumentOutOfRangeException(nameof(criterion));
}
