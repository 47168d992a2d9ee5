using System.Data.Common;
using System.Globalization;
using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;
using Vagus.Fhir.Store.Index;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Search.Sql;

/// <summary>
/// A page in the order of search parameters. One statement names the matches with the kept keys of their index rows, which hold their
/// values; of these the page is chosen as they come by, and a second statement reads its bodies, within the caller's reach once more. The
/// cost follows the matches, and the memory the page.
/// </summary>
internal static class SelectSorted
{
    // Where several keys decide, each by so many letters: they go into the link to the next page, which a request line must hold.
    private const int LongestOfSeveral = 200;

    public static async ValueTask<List<(StoredResource Resource, PageEnd End)>> Run(
        IRunQueries queries, Reach reach, SearchRequest search, BodyBudget bodies, CancellationToken cancel)
    {
        var places = await Places(queries, reach, search, cancel);
        if (places.Count == 0) return [];
        var text = BodiesText(reach, search.Type, places.ConvertAll(place => place.Place));
        var statement = StatementCache.Of(text);
        var found = await queries.Query(statement, text.ValuesOf(statement), bodies.Read, cancel);
        var byRid = places.ToDictionary(place => place.Place);
        return found.ConvertAll(resource => (resource, byRid[resource.Rid]));
    }

    internal static SqlText MatchesText(Reach reach, SearchRequest search) => Matches(reach, search).Text;

    private static (SqlText Text, bool IsNamed) Matches(Reach reach, SearchRequest search)
    {
        var text = new SqlText();
        var (rows, isNamed) = new ConditionSql(text, reach).From(search.Type, search.Conditions, search.Leader);
        return (text.Add("select r.rid, r.id, r.position, r.index_keys").Add(rows), isNamed);
    }

    /// <summary>The resources of these rids, in the order of the list.</summary>
    internal static SqlText BodiesText(Reach reach, string type, IReadOnlyList<long> rids)
    {
        var text = new SqlText();
        var list = string.Join(' ', rids.Select(rid => rid.ToString(CultureInfo.InvariantCulture)));
        var place = text.Value($" {list} ");
        return text
            .Add($"select {StoredResource.Columns(text, type)}")
            .Add("from (select r.id, r.rid, r.version, r.position, r.compartments")
            .From(reach, type, RowsOf.Current, interaction: ResourceInteractions.Search)
            .Add("  and r.deleted = false")
            .Add(ReachSql.Leading("r.rid", JsonList.Numbers(text, rids)).After("  and "))
            .Add(new EngineText($"order by instr({place}, ' ' || r.rid || ' ')", $"order by strpos(cast({place} as text), ' ' || r.rid || ' ')"))
            .Add($"limit {text.Value((long)rids.Count)}")
            .Add(") r left").Add(VersionSql.Current(text, reach))
            // As in SelectPage: SQLite keeps the order of the left side.
            .Add(new EngineText("", $"order by strpos(cast({place} as text), ' ' || r.rid || ' ')"));
    }

    private static async ValueTask<List<PageEnd>> Places(IRunQueries queries, Reach reach, SearchRequest search, CancellationToken cancel)
    {
        var page = new SortedPage(search.SortKeys, search.After, search.Count);
        var (text, isNamed) = Matches(reach, search);
        if (!isNamed && WalkSorted.Takes(search))
        {
            await new WalkSorted(queries, reach, search, page, cancel).Run();
            return page.InOrder();
        }

        var statement = StatementCache.Of(text);
        await queries.Query(statement, text.ValuesOf(statement), row => page.Take(PlaceOf(search.SortKeys, row)), cancel);
        return page.InOrder();
    }

    internal static PageEnd PlaceOf(IReadOnlyList<SortParameter> keys, DbDataReader row)
    {
        var entries = ResourceKeys.Read(row.IsDBNull(3) ? null : (byte[])row.GetValue(3));
        var values = keys.Select(key => key.Code switch
        {
            "_id" => row.GetString(1),
            "_lastUpdated" => SortValue.Of(row.GetInt64(2)),
            _ => SortValue.Of(entries, key),
        });
        return new PageEnd(row.GetInt64(0), [.. keys.Count == 1 ? values : values.Select(Cut)]);
    }

    private static string? Cut(string? value) => value is null ? null : SearchText.Cut(value, LongestOfSeveral);
}
