using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.Store;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Searching;

/// <summary>
/// Turns a search into one statement. The most telling criterion drives: its index rows name the resources that are looked at; the others
/// are asked of each of these by its <c>rid</c>. So the cost follows the matches of one criterion and not the size of the tenant.
/// </summary>
internal static class SearchQuery
{
    public static ValueTask<List<StoredResource>> Run(
        IRunQueries queries, Reach reach, SearchRequest search, BodyBudget bodies, CancellationToken cancel)
    {
        var text = new SqlText();
        text
            .Add($"select {StoredResource.Columns}")
            .Add("from (select r.tenant_id, r.type, r.id, r.rid, r.version, r.position");
        // The plus keeps SQLite from walking all of the type in order when an index names the few that are looked at.
        var plus = From(text, reach, search) ? "+" : "";
        // By creation, nothing moves while a client turns pages: none is repeated, and none that was there is skipped. The position of the
        // last change, unique as well, is the order of lastUpdated; sorted by it, what is written meanwhile moves to the newer end.
        var oldestFirst = search.Order == SearchOrder.OldestChange;
        var column = search.Order == SearchOrder.Creation ? "r.rid" : "r.position";
        var order = $"{column} {(oldestFirst ? "asc" : "desc")}";
        if (search.After is { } after) text.Add($"  and {plus}{column} {(oldestFirst ? '>' : '<')} {text.Value(after)}");
        text.Add($"order by {(search.Order == SearchOrder.Creation ? "" : plus)}{order}").Add($"limit {text.Value((long)search.Count)}");
        // The page is chosen first, so that only its bodies are touched.
        text.Add(") r left join fhir_version v on v.tenant_id = r.tenant_id and v.rid = r.rid and v.version = r.version");
        return queries.Query(StatementCache.Of(text, $"order by {order}"), [.. text.Values], bodies.Read, cancel);
    }

    public static async ValueTask<long> Count(IRunQueries queries, Reach reach, SearchRequest search, CancellationToken cancel)
    {
        var text = new SqlText();
        text.Add("select count(*)");
        From(text, reach, search);
        return await queries.QueryOne(StatementCache.Of(text), [.. text.Values], row => row.GetInt64(0), cancel);
    }

    /// <summary>True when an index names the resources that are looked at, false when all of the type are.</summary>
    private static bool From(SqlText text, Reach reach, SearchRequest search)
    {
        var driver = search.Ids.Count > 0 ? null : search.Criteria.Where(CanDrive).MinBy(Rank);
        var reachDrives = driver is null && search.Ids.Count == 0;
        text
            .From(reach, search.Type, reachDrives ? RowsOf.Search : RowsOf.Current, interaction: ResourceInteractions.Search)
            .Add("  and r.deleted = false");
        foreach (var ids in search.Ids)
            text.Add(ids.Count == 0 ? "  and false" : $"  and r.id in ({string.Join(", ", ids.Select(id => text.Value(id)))})");
        foreach (var term in search.LastUpdated) text.Add($"  and {DateSql.OfInstant(text, term, "r.updated_at")}");

        foreach (var criterion in search.Criteria)
        {
            if (ReferenceEquals(criterion, driver)) text.Add($"  and r.rid in ({Rows(text, reach, criterion, "")})");
            else text.Add($"  and {(Excludes(criterion) ? "not " : "")}exists ({Rows(text, reach, criterion, " and x.rid = r.rid")})");
        }

        return !reachDrives || reach.IsNamed(ResourceInteractions.Search, search.Type);
    }

    /// <summary>Each alternative is a query of its own: joined by "or", SQLite would read all rows of the parameter.</summary>
    private static string Rows(SqlText text, Reach reach, SearchCriterion criterion, string of)
    {
        var rows =
            $"select x.rid from {TableOf(criterion.Table)} x where x.tenant_id = {text.Value(reach.Tenant.Value)} and x.param = {text.Value((long)criterion.Parameter)}";
        if (criterion.Missing is not null) return rows + of;
        var conditions = criterion.AnyOf.SelectMany(term => TermSql.Of(text, term));
        return string.Join(" union all ", conditions.Select(condition => $"{rows} and {condition}{of}"));
    }

    private static bool Excludes(SearchCriterion criterion) => criterion.Negated || criterion.Missing == true;

    private static bool CanDrive(SearchCriterion criterion) => !criterion.Negated && criterion.Missing is null;

    /// <summary>How few rows a criterion is likely to leave; the smallest drives.</summary>
    private static int Rank(SearchCriterion criterion) => (criterion.Table, criterion.AnyOf[0]) switch
    {
        (SearchTable.Token, TokenTerm { System: not null, Code: not null }) when criterion.Code == "identifier" => 0,
        (SearchTable.Reference, _) => 1,
        (SearchTable.String, _) => 2,
        (SearchTable.Date, DateTerm { Test: DateTest.Within or DateTest.Overlaps }) => 3,
        (SearchTable.Token, TokenTerm { Code: not null }) => 4,
        // What is to come is less than what has been.
        (SearchTable.Date, DateTerm { Test: DateTest.After or DateTest.AtOrAfter or DateTest.StartsAfter }) => 5,
        _ => 6,
    };

    private static string TableOf(SearchTable table) => table switch
    {
        SearchTable.Token => "fhir_token",
        SearchTable.Reference => "fhir_reference",
        SearchTable.String => "fhir_string",
        SearchTable.Date => "fhir_date",
        _ => throw new ArgumentOutOfRangeException(nameof(table)),
    };
}
