using Vagus.Access.Authorization;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Search.Sql;

/// <summary>
/// Turns a search into one statement. The most telling condition leads: its index rows name the resources that are looked at; the others
/// are asked of each of these by its <c>rid</c>. So the cost follows the matches of one condition and not the size of the tenant.
/// </summary>
internal static class SelectPage
{
    public static ValueTask<List<StoredResource>> Run(
        IRunQueries queries, Reach reach, SearchRequest search, BodyBudget bodies, CancellationToken cancel)
    {
        var text = TextOf(reach, search);
        var statement = StatementCache.Of(text);
        return queries.Query(statement, text.ValuesOf(statement), bodies.Read, cancel);
    }

    public static async ValueTask<long> Count(IRunQueries queries, Reach reach, SearchRequest search, CancellationToken cancel)
    {
        var text = CountText(reach, search);
        var statement = StatementCache.Of(text);
        return await queries.QueryOne(statement, text.ValuesOf(statement), row => row.GetInt64(0), cancel);
    }

    internal static SqlText CountText(Reach reach, SearchRequest search)
    {
        var text = new SqlText();
        return text.Add("select count(*)").Add(new ConditionSql(text, reach).From(search.Type, search.Conditions, search.Leader).Text);
    }

    internal static SqlText TextOf(Reach reach, SearchRequest search)
    {
        var text = new SqlText();
        text
            .Add($"select {StoredResource.Columns(text, search.Type)}")
            .Add("from (select r.id, r.rid, r.version, r.position, r.compartments");
        var (rows, isNamed) = new ConditionSql(text, reach).From(search.Type, search.Conditions, search.Leader);
        text.Add(rows);
        // The plus keeps the engines from walking all of the type in order when an index names the few that are looked at.
        var plus = isNamed ? "+" : "";
        // By creation, nothing moves while a client turns pages: none is repeated, and none that was there is skipped. The position of the
        // last change, unique as well, is the order of lastUpdated; sorted by it, what is written meanwhile moves to the newer end.
        var oldestFirst = search.Order == SearchOrder.OldestChange;
        var column = search.Order == SearchOrder.Creation ? "r.rid" : "r.position";
        var order = $"{column} {(oldestFirst ? "asc" : "desc")}";
        if (search.After is { } after) text.Add($"  and {plus}{column} {(oldestFirst ? '>' : '<')} {text.Value(after.Place)}");
        text.Add($"order by {plus}{order}").Add($"limit {text.Value((long)search.Count)}");
        // The page is chosen first, so that only its bodies are touched.
        text.Add(") r left").Add(VersionSql.Current(text, reach));
        // SQLite gives the rows of a left join in the order of its left side and would sort them, bodies and all, to be told so; PostgreSQL
        // promises nothing of the kind and sorts without touching the bodies.
        return text.Add(new EngineText("", $"order by {order}"));
    }

    /// <summary>The end of a page in terms of its order.</summary>
    public static PageEnd EndOf(SearchRequest search, StoredResource last) =>
        new(search.Order == SearchOrder.Creation ? last.Rid : last.Position, []);
}
