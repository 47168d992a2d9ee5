using System.Globalization;
using System.Text;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Store.Index;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Search.Request;

/// <summary>In which order a search answers.</summary>
internal enum SearchOrder
{
    /// <summary>Newest first by creation: what is changed stays where it is.</summary>
    Creation,
    NewestChange,
    OldestChange,
}

/// <summary>A search understood: its criteria, its order and its page. Made by <see cref="ReadSearch"/>.</summary>
internal sealed record SearchRequest(string Type)
{
    internal const string CursorName = "_cursor";

    public required int Count { get; init; }

    public IReadOnlyList<SearchCriterion> Criteria { get; init; } = [];

    /// <summary><c>_id</c>: alternatives within one parameter, all parameters must hold.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Ids { get; init; } = [];

    public IReadOnlyList<DateTerm> LastUpdated { get; init; } = [];

    public SearchOrder Order { get; init; }

    /// <summary>Where the page before ended, in terms of the order; null on the first page.</summary>
    public long? After { get; init; }

    public bool WantsTotal { get; init; }

    public bool CountOnly { get; init; }

    /// <summary>The parameters that were understood, as they came.</summary>
    public IReadOnlyList<(string Name, string Value)> Kept { get; init; } = [];

    /// <summary>Values that a resource may have, all parameters together.</summary>
    public int Alternatives => Ids.Sum(ids => ids.Count) + Criteria.Sum(criterion => criterion.AnyOf.Count);

    /// <summary>The parameters of a type that are in the index.</summary>
    public static IEnumerable<SearchParameterDefinition> Supported(string type) => R4Definitions.SearchParameters(type).Values
        .Where(parameter => parameter.Expression.Length > 0 && IndexKind.Of(parameter.Kind) is not null)
        .OrderBy(parameter => parameter.Code, StringComparer.Ordinal);

    /// <summary>The parameters that were understood, for the self link.</summary>
    public string SelfQuery() => QueryOf(Kept);

    /// <summary>The query of the page that follows the one with this last entry.</summary>
    public string NextQuery(StoredResource last)
    {
        var after = Order == SearchOrder.Creation ? last.Rid : last.Position;
        return QueryOf([.. Kept.Where(pair => pair.Name != CursorName), (CursorName, after.ToString(CultureInfo.InvariantCulture))]);
    }

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
