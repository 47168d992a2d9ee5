using Vagus.Access.Authorization;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Search.Sql;

/// <summary>
/// The bodies of a page of several types that was chosen by positions: in its order and within one budget, however many types it has, and
/// within the caller's reach once more.
/// </summary>
internal static class SelectMixed
{
    public static async ValueTask<List<StoredResource>> Run(
        IRunQueries queries, Reach reach, SearchOrder order, IReadOnlyList<StoredResource> chosen, BodyBudget bodies,
        CancellationToken cancel)
    {
        if (chosen.Count == 0) return [];
        var text = TextOf(reach, order, chosen);
        var statement = StatementCache.Of(text);
        return await queries.Query(statement, text.ValuesOf(statement), bodies.Read, cancel);
    }

    internal static SqlText TextOf(Reach reach, SearchOrder order, IReadOnlyList<StoredResource> chosen)
    {
        var text = new SqlText();
        text.Add($"select {StoredResource.ColumnsOf("r.type")}")
            .Add("from (select p.type, p.id, p.rid, p.version, p.position, p.compartments from (");
        var isFirst = true;
        foreach (var type in chosen.ToLookup(resource => resource.Type, resource => resource.Rid, StringComparer.Ordinal))
        {
            if (!isFirst) text.Add("union all");
            isFirst = false;
            text.Add($"select cast({text.Value(type.Key)} as text) as type, r.id, r.rid, r.version, r.position, r.compartments")
                .From(reach, type.Key, RowsOf.Current, interaction: ResourceInteractions.Search)
                .Add("  and r.deleted = false")
                .Add(ReachSql.Leading("r.rid", JsonList.Numbers(text, [.. type])).After("  and "));
        }

        var column = order == SearchOrder.Creation ? "rid" : "position";
        var direction = order == SearchOrder.OldestChange ? "asc" : "desc";
        return text.Add($") p order by p.{column} {direction} limit {text.Value((long)chosen.Count)}")
            .Add(") r left").Add(VersionSql.Current(text, reach))
            // As in SelectPage: SQLite keeps the order of the left side.
            .Add(new EngineText("", $"order by r.{column} {direction}"));
    }
}
