using System.Text;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Fhir.Store.Index;

namespace Vagus.Fhir.Search.Request;

/// <summary>In which order a search answers.</summary>
internal enum SearchOrder
{
    /// <summary>Newest first by creation: what is changed stays where it is.</summary>
    Creation,
    NewestChange,
    OldestChange,

    /// <summary>By <see cref="SearchRequest.SortKeys"/>.</summary>
    Sorted,
}

/// <summary>A search understood: its conditions, its order and its page. Made by <see cref="ReadSearch"/>.</summary>
internal sealed record SearchRequest(string Type)
{
    public required int Count { get; init; }

    /// <summary>Where it is asked, below the base address.</summary>
    public string Address { get; init; } = Type;

    /// <summary>All of them hold.</summary>
    public IReadOnlyList<SearchCondition> Conditions { get; init; } = [];

    /// <summary>The one of them whose index rows name the resources that are looked at; null: their kinds decide.</summary>
    public SearchCondition? Leader { get; init; }

    public SearchOrder Order { get; init; }

    /// <summary>The keys where the order is <see cref="SearchOrder.Sorted"/>.</summary>
    public IReadOnlyList<SortParameter> SortKeys { get; init; } = [];

    public IReadOnlyList<IncludeDirective> Includes { get; init; } = [];

    /// <summary>The elements that are answered; null: all.</summary>
    public ResourceSubset? Subset { get; init; }

    /// <summary>Where the page before ended, as it was handed out; null on the first page.</summary>
    public string? Cursor { get; init; }

    /// <summary>The same, opened.</summary>
    public PageEnd? After { get; init; }

    public bool WantsTotal { get; init; }

    public bool CountOnly { get; init; }

    /// <summary>The parameters that were understood, as they came.</summary>
    public IReadOnlyList<(string Name, string Value)> Kept { get; init; } = [];

    /// <summary>Why parameters were left out, with <c>Prefer: handling=lenient</c>.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>Values that a resource may have, all parameters together.</summary>
    public int Alternatives => Conditions.Sum(condition => condition.Alternatives);

    /// <summary>The numbers of all uploaded parameters that it asks, sorts or includes by.</summary>
    public IReadOnlyCollection<long> Uploaded()
    {
        List<long> asked =
        [
            .. Conditions.SelectMany(condition => condition.Asked), .. SortKeys.Select(key => (long)(key.Parameter ?? 0)),
            .. Includes.Select(include => (long)(include.Parameter?.Id ?? 0)),
        ];
        return asked.Exists(SearchParameterSet.IsAdded) ? [.. asked.Where(SearchParameterSet.IsAdded).Distinct()] : [];
    }

    /// <summary>The parameters of a type that are in the index.</summary>
    public static IEnumerable<SearchParameterDefinition> Supported(string type) => R4Definitions.SearchParameters(type).Values
        .Where(parameter => parameter.Expression.Length > 0 && IndexKind.Of(parameter.Kind) is not null)
        .OrderBy(parameter => parameter.Code, StringComparer.Ordinal);

    /// <summary>The parameters that were understood, for the self link.</summary>
    public string SelfQuery() => QueryOf(Kept);

    /// <summary>The query of the page that follows the one that ends at this cursor.</summary>
    public string NextQuery(string cursor) =>
        QueryOf([.. Kept.Where(pair => pair.Name != PageCursors.Parameter), (PageCursors.Parameter, cursor)]);

    /// <summary>What a cursor belongs to: the same search may be asked for pages of another size.</summary>
    public string Scope() => Address + QueryOf(Kept.Where(pair => pair.Name is not (PageCursors.Parameter or "_count" or "_total")));

    private static string QueryOf(IEnumerable<(string Name, string Value)> parameters)
    {
        var query = new StringBuilder();
        foreach (var (name, value) in parameters)
        {
            query.Append(query.Length == 0 ? '?' : '&').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        }

        return query.ToString();
    }
}

/// <summary>
/// Where a page ends: the last entry in terms of the order. Of a sorted search its keys, null where it has no value, as well.
/// </summary>
internal sealed record PageEnd(long Place, IReadOnlyList<string?> Keys);
