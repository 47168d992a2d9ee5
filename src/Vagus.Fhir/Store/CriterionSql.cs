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
    public static EngineText Leading(SqlText text, TenantId of, SearchCriterion criterion)
    {
        var leading = ReachSql.Leading(
            "r.rid", EngineText.Join(" union all ", criterion.AnyOf.SelectMany(term => Rows(text, of, criterion, term))));
        // The codes lead to a few more resources than those that have the whole tuple.
        return criterion.Kind == SearchKind.Composite ? EngineText.Join(" and ", [leading, OfEach(text, of, criterion)]) : leading;
    }

    /// <summary>How many rows lead for one of the criterion's terms, counted up to a bound.</summary>
    public static SqlText CountText(TenantId of, SearchCriterion criterion, SearchTerm term, int most)
    {
        var text = new SqlText();
        var rows = EngineText.Join(" union all ", Rows(text, of, criterion, term));
        return text.Add(rows.Within("select count(*) from (select 1 from (", $") named limit {text.Value((long)most)}) counted"));
    }

    public static EngineText OfEach(SqlText text, TenantId of, SearchCriterion criterion)
    {
        if (criterion.Missing is { } missing)
        {
            var kept = JoinedParameter.PartsOf(criterion.Parameter).Select(part =>
                $"r.params {(missing ? "not like" : "like")} {text.Value(KeptIndex.PatternOf(criterion.Kind, part))}");
            return $"({string.Join(missing ? " and " : " or ", kept)})";
        }

        var any = EngineText.Join(" or ", criterion.AnyOf.Select(term => Holds(text, of, criterion, term)));
        return any.Within(criterion.Negated ? "not (" : "(", ")");
    }

    /// <summary>How few rows a criterion is likely to leave: the smallest leads. Null: it cannot lead.</summary>
    public static int? RankOf(SearchCriterion criterion) => (criterion.Kind, criterion.AnyOf) switch
    {
        _ when criterion.Negated || criterion.Missing is not null => null,
        (SearchKind.Token, [TokenTerm { System: not null, Code: not null }, ..]) when criterion.Code == "identifier" => 0,
        (SearchKind.Reference, _) => 1,
        (SearchKind.Token, [TypedIdentifierTerm, ..]) => 1,
        (SearchKind.String, _) or (SearchKind.Uri, _) => 2,
        (SearchKind.Words, _) or (SearchKind.Position, _) => 3,
        (SearchKind.Date, [DateTerm { Test: DateTest.Within or DateTest.Overlaps }, ..]) => 3,
        (SearchKind.Token, [TokenTextTerm, ..]) => 3,
        (SearchKind.Token, [TokenTerm { Code: not null }, ..]) or (SearchKind.Composite, _) => 4,
        (SearchKind.Number, [NumberTerm { Test: NumberTest.Equal or NumberTest.Approximate }, ..]) => 5,
        (SearchKind.Quantity, [QuantityTerm { Number.Test: NumberTest.Equal or NumberTest.Approximate }, ..]) => 5,
        // Ranges into the future match fewer rows than ranges into the past.
        (SearchKind.Date, [DateTerm { Test: DateTest.After or DateTest.AtOrAfter or DateTest.StartsAfter }, ..]) => 5,
        _ => 6,
    };

    private static EngineText Holds(SqlText text, TenantId of, SearchCriterion criterion, SearchTerm term) =>
        term is CompositeTerm composite
        ? HoldsTuple(text, of, criterion, composite)
        : Holds(text, of, new ComponentTerm(criterion.Parameter, criterion.Kind, term));

    private static EngineText Holds(SqlText text, TenantId of, ComponentTerm asked)
    {
        var parts = JoinedParameter.PartsOf(asked.Parameter)
            .Select(part => HoldsOfRows(text, of, asked with { Parameter = (int)part })).ToList();
        return parts is [var only] ? only : EngineText.Join(" or ", parts).Within("(", ")");
    }

    private static EngineText HoldsOfRows(SqlText text, TenantId of, ComponentTerm asked)
    {
        var (index, tenant) = (IndexOf(asked.Kind), text.Tenant(of));
        if (index.OfResource(text, tenant, asked.Term) is not var (table, condition))
            // The plus keeps SQLite, "is true" PostgreSQL from letting these rows lead: they are gathered once and asked by their hash.
            return EngineText.Join(" union all ", Rows(text, of, asked)).Within("(+r.rid in (", ")) is true");
        return $"exists (select 1 from {table} x where {RowsOfParameter(text, tenant, asked.Parameter)} and {condition} and x.rid = r.rid {ReachSql.AskEach})";
    }

    private static EngineText HoldsTuple(SqlText text, TenantId of, SearchCriterion criterion, CompositeTerm term)
    {
        var ways = new List<EngineText>(2);
        if (term.OfResource.Count > 0)
            ways.Add(EngineText.Join(" and ", term.OfResource.Select(part => Holds(text, of, part))).Within("(", ")"));
        if (term.Tuples is { } tuples) ways.Add(Holds(text, of, new ComponentTerm(tuples, criterion.Kind, term)));
        return EngineText.Join(" or ", ways).Within("(", ")");
    }

    /// <summary>The queries that lead to resources: of a composite, those of its codes.</summary>
    private static IEnumerable<EngineText> Rows(SqlText text, TenantId of, SearchCriterion criterion, SearchTerm term)
    {
        if (term is not CompositeTerm composite) return Rows(text, of, new ComponentTerm(criterion.Parameter, criterion.Kind, term));
        return composite.OfResource.Concat(composite.OfTuple).Where(part => part.Kind == SearchKind.Token)
            .DistinctBy(part => part.Parameter).SelectMany(part => Rows(text, of, part));
    }

    private static IEnumerable<EngineText> Rows(SqlText text, TenantId of, ComponentTerm asked)
    {
        var (index, tenant) = (IndexOf(asked.Kind), text.Tenant(of));
        return JoinedParameter.PartsOf(asked.Parameter).SelectMany<long, EngineText>(part =>
        {
            var parameter = RowsOfParameter(text, tenant, part);
            if (asked.Term is TokenSetTerm set) return TokenIndex.RowsOf(text, tenant, set, parameter);
            var rows = $"select x.rid from {index.Table} x where {parameter}";
            return index.Conditions(text, tenant, asked.Term).Select(condition => (EngineText)$"{rows} and {condition}");
        });
    }

    private static string RowsOfParameter(SqlText text, string tenant, long parameter) =>
        $"x.tenant_number = {Names.TenantSql(tenant)} and x.param = {text.Value(parameter)}";

    private static IndexKind IndexOf(SearchKind kind) => IndexKind.Of(kind) ?? throw new ArgumentOutOfRangeException(nameof(kind));
}
