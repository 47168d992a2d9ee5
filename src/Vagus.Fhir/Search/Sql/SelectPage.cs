using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Search.Sql;

/// <summary>
/// Turns a search into one statement. The most telling criterion leads: its index rows name the resources that are looked at; the others
/// are asked of each of these by its <c>rid</c>. So the cost follows the matches of one criterion and not the size of the tenant.
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
        text.Add("select count(*)");
        From(text, reach, search);
        return text;
    }

    internal static SqlText TextOf(Reach reach, SearchRequest search)
    {
        var text = new SqlText();
        text
            .Add($"select {StoredResource.Columns(text, search.Type)}")
            .Add("from (select r.id, r.rid, r.version, r.position, r.compartments");
        // The plus keeps the engines from walking all of the type in order when an index names the few that are looked at.
        var plus = From(text, reach, search) ? "+" : "";
        // By creation, nothing moves while a client turns pages: none is repeated, and none that was there is skipped. The position of the
        // last change, unique as well, is the order of lastUpdated; sorted by it, what is written meanwhile moves to the newer end.
        var oldestFirst = search.Order == SearchOrder.OldestChange;
        var column = search.Order == SearchOrder.Creation ? "r.rid" : "r.position";
        var order = $"{column} {(oldestFirst ? "asc" : "desc")}";
        if (search.After is { } after) text.Add($"  and {plus}{column} {(oldestFirst ? '>' : '<')} {text.Value(after)}");
        text.Add($"order by {plus}{order}").Add($"limit {text.Value((long)search.Count)}");
        // The page is chosen first, so that only its bodies are touched.
        text.Add(") r left").Add(VersionSql.Current(text, reach));
        // SQLite gives the rows of a left join in the order of its left side and would sort them, bodies and all, to be told so; PostgreSQL
        // promises nothing of the kind and sorts without touching the bodies.
        return text.Add(new EngineText("", $"order by {order}"));
    }

    /// <summary>True when an index names the resources that are looked at, false when all of the type are.</summary>
    private static bool From(SqlText text, Reach reach, SearchRequest search)
    {
        var leader = search.Ids.Count > 0 ? null : search.Criteria.Where(each => CriterionSql.RankOf(each) is not null)
            .MinBy(each => CriterionSql.RankOf(each));
        var reachLeads = leader is null && search.Ids.Count == 0;
        text
            .From(reach, search.Type, reachLeads ? RowsOf.Search : RowsOf.Current, interaction: ResourceInteractions.Search)
            .Add("  and r.deleted = false");
        foreach (var ids in search.Ids)
            text.Add(ids.Count == 0 ? "  and false" : $"  and r.id in ({string.Join(", ", ids.Select(id => text.Value(id)))})");
        foreach (var term in search.LastUpdated) text.Add($"  and {DateSql.OfInstant(text, term, "r.updated_at")}");
        foreach (var criterion in search.Criteria)
        {
            text.Add(ReferenceEquals(criterion, leader)
                ? CriterionSql.Leading(text, reach.Tenant, criterion).After("  and ")
                : $"  and {CriterionSql.OfEach(text, reach.Tenant, criterion)}");
        }

        return !reachLeads || reach.IsNamed(ResourceInteractions.Search, search.Type);
    }
}
