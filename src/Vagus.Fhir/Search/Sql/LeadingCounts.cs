using System.Collections.Concurrent;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Search.Sql;

/// <summary>
/// Chooses the condition that leads a search by how many index rows it names, counted up to a bound: a reference to the whole laboratory
/// names more of them than one rare code. Counts are remembered for some minutes; they decide what a search costs and never what it finds.
/// </summary>
internal sealed class LeadingCounts(TimeProvider clock)
{
    /// <summary>So few rows are looked at sooner than another condition is counted.</summary>
    public const int Few = 100;

    /// <summary>Rows that are counted at most. Where all conditions name as many, the kind of each decides.</summary>
    public const int Most = 2_000;

    private const int MostRemembered = 50_000;

    // Longer values are rare, and come from clients.
    private const int LongestRemembered = 200;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<Term, Counted> counts = new();

    internal int Kept => counts.Count;

    /// <summary>Null: the kinds of the conditions decide, as <see cref="ConditionSql.RankOf"/> has them.</summary>
    public async ValueTask<SearchCondition?> Choose(IRunQueries queries, TenantId tenant, SearchRequest search, CancellationToken cancel)
    {
        if (search.Conditions.Count < 2) return null;
        var candidates = search.Conditions.Where(each => ConditionSql.RankOf(each) is not null).OrderBy(ConditionSql.RankOf).ToList();
        // An id or an identifier names one; what leads through other resources is not counted.
        if (candidates is not [IndexCondition first, _, ..] || ConditionSql.RankOf(first) <= 0) return null;
        var (chosen, fewest) = ((SearchCondition?)null, (long)Most);
        foreach (var candidate in candidates.OfType<IndexCondition>())
        {
            var rows = await RowsOf(queries, tenant, candidate.Criterion, cancel);
            if (rows < fewest) (chosen, fewest) = (candidate, rows);
            if (rows <= Few) break;
        }

        return chosen;
    }

    private async ValueTask<long> RowsOf(IRunQueries queries, TenantId tenant, SearchCriterion criterion, CancellationToken cancel)
    {
        var rows = 0L;
        foreach (var term in criterion.AnyOf)
        {
            rows += await RowsOf(queries, tenant, criterion, term, cancel);
            if (rows >= Most) return Most;
        }

        return rows;
    }

    private async ValueTask<long> RowsOf(
        IRunQueries queries, TenantId tenant, SearchCriterion criterion, SearchTerm term, CancellationToken cancel)
    {
        var key = new Term(tenant, criterion.Parameter, term);
        var now = clock.GetUtcNow();
        if (counts.TryGetValue(key, out var known) && known.Until > now) return known.Rows;
        var text = CriterionSql.CountText(tenant, criterion, term, Most);
        var statement = StatementCache.Of(text);
        var rows = await queries.QueryOne(statement, text.ValuesOf(statement), row => row.GetInt64(0), cancel);
        if (!IsRemembered(term)) return rows;
        if (counts.Count >= MostRemembered) counts.Clear();
        counts[key] = new Counted(rows, now + Remembered);
        return rows;
    }

    // A term that holds a list equals only itself: no other search would ever find its count.
    private static bool IsRemembered(SearchTerm term) => term switch
    {
        TokenSetTerm or CompositeTerm or WordsTerm => false,
        TokenTerm token => Fits(token.System, token.Code),
        ReferenceTerm reference => Fits(reference.Id, reference.Url),
        StringTerm text => Fits(text.Text),
        UriTerm uri => Fits(uri.Value),
        TokenTextTerm text => Fits(text.Text),
        TypedIdentifierTerm identifier => Fits(identifier.System, identifier.Code, identifier.Value),
        QuantityTerm quantity => Fits(quantity.System, quantity.Code),
        _ => true,
    };

    private static bool Fits(params ReadOnlySpan<string?> texts)
    {
        var length = 0;
        foreach (var text in texts) length += text?.Length ?? 0;
        return length <= LongestRemembered;
    }

    private readonly record struct Term(TenantId Tenant, int Parameter, SearchTerm Asked);

    private sealed record Counted(long Rows, DateTimeOffset Until);
}
