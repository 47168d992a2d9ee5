using System.Globalization;
using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Search.Sql;

/// <summary>
/// The places of a page sorted by one parameter, where nothing else names the matches: the index of the parameter is walked in its own
/// order, some rows at a time, and each time the resources of these rows are asked as matches are, within the caller's reach. So a page of
/// the latest costs a page and not the type. A resource counts at the row that is its least, or greatest, value. What has no value follows.
/// </summary>
internal sealed class WalkSorted(IRunQueries queries, Reach reach, SearchRequest search, SortedPage page, CancellationToken cancel)
{
    private const int FirstRows = 500;
    private const int MostRows = 8_000;
    private readonly SortParameter key = search.SortKeys[0];

    /// <summary>True for the kinds whose index is in the order of the values, whatever their system or measure.</summary>
    public static bool Takes(SearchRequest search) =>
        search.SortKeys is [{ Parameter: not null, IsOfType: true, Kind: var kind }] && RangesOf(kind).Length > 0;

    public async ValueTask Run()
    {
        if (search.After is not { Keys: [null] })
        {
            foreach (var range in RangesOf(key.Kind)) await Walk(range);
        }

        if (!page.IsFull) await Take(WithoutValue());
    }

    private async ValueTask Walk(IndexRange range)
    {
        object? from = search.After is { Keys: [{ } last] } ? range.ValueOf(last) : null;
        object?[]? after = null;
        for (long rows = FirstRows; ; rows = Math.Min(2 * rows, MostRows))
        {
            var text = RowsText(reach, key, range, from, after, rows);
            var statement = StatementCache.Of(text);
            var read = await queries.Query(
                statement, text.ValuesOf(statement), row => Array.ConvertAll(range.Columns, column => ValueOf(row[column])), cancel);
            if (read.Count > 0) await Take(MatchesText(reach, search, read.Select(row => (long)row[range.Rid]!)));
            if (read.Count < rows || page.IsBefore(IndexRange.KeyOf(read[^1][0]!))) return;
            after = read[^1];
        }
    }

    private async ValueTask Take(SqlText text)
    {
        var statement = StatementCache.Of(text);
        await queries.Query(
            statement, text.ValuesOf(statement), row => page.TakeOnce(SelectSorted.PlaceOf(search.SortKeys, row)), cancel);
    }

    internal static SqlText RowsText(Reach reach, SortParameter key, IndexRange range, object? from, object?[]? after, long rows)
    {
        var text = new SqlText();
        var (order, compare) = key.Falls ? ("desc", '<') : ("asc", '>');
        var columns = range.Columns.Select(column => $"x.{column}").ToList();
        text.Add($"select {string.Join(", ", columns)}")
            .Add($"from {range.Table} x")
            .Add($"where x.tenant_number = {Names.TenantSql(text.Tenant(reach.Tenant))}")
            .Add($"  and x.param = {text.Value((long)key.Parameter!.Value)}{range.Condition}");
        if (after is not null)
            text.Add($"  and ({string.Join(", ", columns)}) {compare} ({string.Join(", ", after.Select(text.Value))})");
        else if (from is not null) text.Add($"  and {columns[0]} {compare}= {text.Value(from)}");
        return text.Add($"order by {string.Join(", ", columns.Select(column => $"{column} {order}"))}").Add($"limit {text.Value(rows)}");
    }

    internal static SqlText MatchesText(Reach reach, SearchRequest search, IEnumerable<long> rids)
    {
        var text = SelectSorted.MatchesText(reach, search);
        return text.Add(ReachSql.Leading("r.rid", JsonList.Numbers(text, rids.Distinct())).After("  and "));
    }

    private SqlText WithoutValue()
    {
        var missing = new R4.Criteria.SearchCriterion(key.Parameter!.Value, key.Code, key.Kind switch
        {
            SearchParameterKind.Date => R4.Criteria.SearchKind.Date,
            SearchParameterKind.String => R4.Criteria.SearchKind.String,
            SearchParameterKind.Uri => R4.Criteria.SearchKind.Uri,
            _ => R4.Criteria.SearchKind.Reference,
        }) { Missing = true };
        return SelectSorted.MatchesText(reach, search with { Conditions = [.. search.Conditions, new IndexCondition(missing)] });
    }

    // Columns of four bytes are numbers like the others.
    private static object? ValueOf(object value) => value is int number ? (long)number : value;

    internal static IndexRange[] RangesOf(SearchParameterKind kind) => kind switch
    {
        SearchParameterKind.Date =>
            [new("fhir_date", ["edge", "other", "rid"], " and x.span = 0", 2), new("fhir_date", ["edge", "other", "rid"], " and x.span = 1", 2)],
        SearchParameterKind.String =>
        [
            new("fhir_string", ["folded", "rid", "place"], " and x.is_long = 0", 1),
            new("fhir_string", ["folded", "rid", "place"], " and x.is_long = 1", 1),
        ],
        SearchParameterKind.Uri => [new("fhir_uri", ["uri", "rid"], "", 1)],
        SearchParameterKind.Reference => [new("fhir_reference", ["target_id", "target_type", "rid"], "", 2)],
        _ => [],
    };

    /// <summary>One range of an index that is in the order of its values.</summary>
    /// <param name="Table">The index.</param>
    /// <param name="Columns">Its order behind the parameter and the condition; the value first.</param>
    /// <param name="Condition">What stands before the value in the index.</param>
    /// <param name="Rid">Which of the columns is the resource.</param>
    internal sealed record IndexRange(string Table, string[] Columns, string Condition, int Rid)
    {
        public static string KeyOf(object value) =>
            value is string text ? text : SortValue.Of(Convert.ToInt64(value, CultureInfo.InvariantCulture));

        public object ValueOf(string sortKey) => Table == "fhir_date" ? SortValue.NumberOf(sortKey) : sortKey;
    }
}
