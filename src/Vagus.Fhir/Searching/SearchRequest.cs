using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Searching;

/// <summary>In which order a search answers.</summary>
internal enum SearchOrder
{
    /// <summary>Newest first by creation: what is changed stays where it is.</summary>
    Creation,
    NewestChange,
    OldestChange,
}

/// <summary>
/// A search understood: its criteria, its order and its page. Unknown parameters are refused, since ignoring one shows more than was asked
/// for; with <c>Prefer: handling=lenient</c> they are left out (R4 §3.1.1.1).
/// </summary>
internal sealed record SearchRequest(string Type)
{
    private const int MostParameters = 64;
    // Each is a part of the statement; SQLite joins at most five hundred.
    private const int MostAlternatives = 200;
    private const string CursorName = "_cursor";
    private readonly List<(string Name, string Value)> kept = [];

    public required int Count { get; init; }

    public List<SearchCriterion> Criteria { get; } = [];

    /// <summary><c>_id</c>: alternatives within one parameter, all parameters must hold.</summary>
    public List<IReadOnlyList<string>> Ids { get; } = [];

    public List<DateTerm> LastUpdated { get; } = [];

    public SearchOrder Order { get; private set; }

    /// <summary>Where the page before ended, in terms of the order; null on the first page.</summary>
    public long? After { get; private set; }

    public bool WantsTotal { get; private set; }

    public bool CountOnly { get; private set; }

    /// <summary>Parameters of these kinds are in the index.</summary>
    public static IEnumerable<SearchParameterDefinition> Supported(string type) =>
        R4Definitions.SearchParameters(type).Values.Where(IsIndexed).OrderBy(parameter => parameter.Code, StringComparer.Ordinal);

    public static Result<SearchRequest> Read(string type, string query, FhirCall call, int pageSize, int largestPage) =>
        Read(type, query, call, new SearchRequest(type) { Count = pageSize }, largestPage, call.Handling == Handling.Lenient);

    /// <summary>
    /// A search that decides what is written: all of it must be understood, whatever the client prefers, and its page is of no matter.
    /// </summary>
    public static Result<SearchRequest> ReadCondition(string type, string query, FhirCall call, int matches)
    {
        var read = Read(type, query, call, new SearchRequest(type) { Count = matches }, largestPage: 1, lenient: false);
        return read.IsRefused ? read : read.Value with { Count = matches, After = null };
    }

    private static Result<SearchRequest> Read(
        string type, string query, FhirCall call, SearchRequest search, int largestPage, bool lenient)
    {
        var parser = new SearchValueParser(call.Own, call.Clock);
        var parameters = 0;
        foreach (var pair in new QueryStringEnumerable(query))
        {
            if (++parameters > MostParameters) return FhirRefusals.TooCostly($"A search may have {MostParameters} parameters.");
            var (name, value) = (pair.DecodeName().ToString(), pair.DecodeValue().ToString());
            // PostgreSQL has no such text, and so it matches nothing anywhere.
            if (name.Contains('\0', StringComparison.Ordinal) || value.Contains('\0', StringComparison.Ordinal))
                return FhirRefusals.Invalid("A search value may not hold U+0000.");
            var taken = name.StartsWith('_') ? search.Shape(name, value, parser, largestPage) : search.Narrow(name, value, parser);
            if (taken.Refusal is { } refusal && !(lenient && IsUnknown(refusal))) return refusal;
            search = taken.IsRefused ? search : taken.Value;
            if (search.Alternatives > MostAlternatives) return FhirRefusals.TooCostly($"A search may have {MostAlternatives} values.");
        }

        return search;
    }

    private int Alternatives => Ids.Sum(ids => ids.Count) + Criteria.Sum(criterion => criterion.AnyOf.Count);

    /// <summary>The parameters that were understood, for the self link.</summary>
    public string SelfQuery() => QueryOf(kept);

    /// <summary>The query of the page that follows the one with this last entry.</summary>
    public string NextQuery(StoredResource last)
    {
        var after = Order == SearchOrder.Creation ? last.Rid : last.Position;
        return QueryOf([.. kept.Where(pair => pair.Name != CursorName), (CursorName, after.ToString(CultureInfo.InvariantCulture))]);
    }

    private Result<SearchRequest> Shape(string name, string value, SearchValueParser parser, int largestPage)
    {
        switch (name)
        {
            case "_id":
                Ids.Add(value.Split(',', StringSplitOptions.RemoveEmptyEntries));
                return Keep(name, value);
            case "_lastUpdated":
                return AddLastUpdated(name, value, parser);
            case "_count":
                if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                    return FhirRefusals.Invalid("_count must be a number.");
                Keep(name, value);
                return count == 0 ? this with { CountOnly = true } : this with { Count = Math.Min(count, largestPage) };
            case "_sort":
                if (value is not ("_lastUpdated" or "-_lastUpdated"))
                    return FhirRefusals.NotSupported("_sort takes _lastUpdated or -_lastUpdated.");
                Order = value[0] == '-' ? SearchOrder.NewestChange : SearchOrder.OldestChange;
                return Keep(name, value);
            case "_total":
                WantsTotal = value is "accurate" or "estimate";
                return value is "accurate" or "estimate" or "none"
                    ? Keep(name, value) : FhirRefusals.Invalid("_total takes none, estimate or accurate.");
            case "_summary" when value is "count":
                CountOnly = true;
                return Keep(name, value);
            case "_summary" when value is "false":
            case "_format" when value.Length == 0 || JsonFormat.IsNamedBy(value):
                return this;
            case "_format":
                return FhirRefusals.NotAcceptable;
            case CursorName:
                if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
                    return FhirRefusals.Invalid("The link to this page is damaged.");
                After = position;
                return Keep(name, value);
            // Both are columns of the resource's own row, never absent; the index does not have them.
            case var modified when modified.StartsWith("_id:", StringComparison.Ordinal)
                || modified.StartsWith("_lastUpdated:", StringComparison.Ordinal):
                return FhirRefusals.NotSupported("_id and _lastUpdated take no modifier.");
            default:
                return Narrow(name, value, parser);
        }
    }

    private Result<SearchRequest> Narrow(string name, string value, SearchValueParser parser)
    {
        var criterion = parser.Parse(Type, name, value);
        if (criterion.Refusal is { } refusal) return refusal;
        if (!IsIndexed(criterion.Value.Table))
            return new Refusal(
                RefusalKind.Invalid, "unsupported-search-parameter", $"'{criterion.Value.Code}' is of a kind that is not searched yet.");
        Criteria.Add(criterion.Value);
        return Keep(name, value);
    }

    private Result<SearchRequest> AddLastUpdated(string name, string value, SearchValueParser parser)
    {
        var criterion = parser.Parse(Type, name, value);
        if (criterion.Refusal is { } refusal) return refusal;
        if (criterion.Value.AnyOf is not [DateTerm term])
            return FhirRefusals.NotSupported("_lastUpdated takes one value; repeat the parameter for a range.");
        LastUpdated.Add(term);
        return Keep(name, value);
    }

    private SearchRequest Keep(string name, string value)
    {
        kept.Add((name, value));
        return this;
    }

    private static bool IsUnknown(Refusal refusal) => refusal.Code is "unknown-search-parameter" or "unsupported-search-parameter";

    private static bool IsIndexed(SearchTable table) =>
        table is SearchTable.Token or SearchTable.Reference or SearchTable.String or SearchTable.Date;

    private static bool IsIndexed(SearchParameterDefinition parameter) =>
        parameter.Expression.Length > 0
        && parameter.Kind is SearchParameterKind.Token or SearchParameterKind.Reference or SearchParameterKind.String
            or SearchParameterKind.Date;

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
