using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Vagus.Fhir.Definitions;
using Vagus.Fhir.Http;
using Vagus.Fhir.Indexing.Querying;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Searching;

/// <summary>
/// A search understood: its criteria, its order and its page. Unknown parameters are refused, since ignoring one shows more than was asked for;
/// with <c>Prefer: handling=lenient</c> they are left out (R4 §3.1.1.1).
/// </summary>
internal sealed record SearchRequest(string Type)
{
    private const int MostParameters = 64;
    private const string CursorName = "_cursor";
    private readonly List<(string Name, string Value)> kept = [];

    public required int Count { get; init; }

    public List<SearchCriterion> Criteria { get; } = [];

    /// <summary><c>_id</c>: alternatives within one parameter, all parameters must hold.</summary>
    public List<IReadOnlyList<string>> Ids { get; } = [];

    public List<DateTerm> LastUpdated { get; } = [];

    /// <summary>Oldest change first; otherwise newest first.</summary>
    public bool OldestFirst { get; private set; }

    /// <summary>The log position of the last entry of the page before; null on the first page.</summary>
    public long? After { get; private set; }

    public bool WantsTotal { get; private set; }

    public bool CountOnly { get; private set; }

    /// <summary>Parameters of these kinds are in the index.</summary>
    public static IEnumerable<SearchParameterDefinition> Supported(string type) =>
        R4.SearchParameters(type).Values.Where(IsIndexed).OrderBy(parameter => parameter.Code, StringComparer.Ordinal);

    public static Outcome<SearchRequest> Read(string type, string query, FhirRequest request, int pageSize, int largestPage = int.MaxValue)
    {
        var parser = new SearchValueParser(request.BaseUrl, request.Clock);
        var lenient = Preferences.Lenient(request.Http.Request);
        var search = new SearchRequest(type) { Count = pageSize };
        var parameters = 0;
        foreach (var pair in new QueryStringEnumerable(query))
        {
            if (++parameters > MostParameters) return FhirRefusals.TooCostly($"A search may have {MostParameters} parameters.");
            var (name, value) = (pair.DecodeName().ToString(), pair.DecodeValue().ToString());
            var taken = name.StartsWith('_') ? search.Shape(name, value, parser, largestPage) : search.Narrow(name, value, parser);
            if (taken.Refusal is { } refusal && !(lenient && IsUnknown(refusal))) return refusal;
            search = taken.IsRefused ? search : taken.Value;
        }

        return search;
    }

    /// <summary>The parameters that were understood, for the self link.</summary>
    public string SelfQuery() => QueryOf(kept);

    public string NextQuery(long after) =>
        QueryOf([.. kept.Where(pair => pair.Name != CursorName), (CursorName, after.ToString(CultureInfo.InvariantCulture))]);

    private Outcome<SearchRequest> Shape(string name, string value, SearchValueParser parser, int largestPage)
    {
        switch (name)
        {
            case "_id":
                Ids.Add(value.Split(',', StringSplitOptions.RemoveEmptyEntries));
                return Keep(name, value);
            case "_lastUpdated":
                return AddLastUpdated(name, value, parser);
            case "_count":
                if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return FhirRefusals.Invalid("_count must be a number.");
                Keep(name, value);
                return count == 0 ? this with { CountOnly = true } : this with { Count = Math.Min(count, largestPage) };
            case "_sort":
                if (value is not ("_lastUpdated" or "-_lastUpdated")) return FhirRefusals.NotSupported("_sort takes _lastUpdated or -_lastUpdated.");
                OldestFirst = value[0] != '-';
                return Keep(name, value);
            case "_total":
                WantsTotal = value is "accurate" or "estimate";
                return value is "accurate" or "estimate" or "none" ? Keep(name, value) : FhirRefusals.Invalid("_total takes none, estimate or accurate.");
            case "_summary" when value is "count":
                CountOnly = true;
                return Keep(name, value);
            case "_summary" when value is "false":
            case "_format" when value is "json" or "application/json" or "application/fhir+json":
                return this;
            case CursorName:
                if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var position)) return FhirRefusals.Invalid("The link to this page is damaged.");
                After = position;
                return Keep(name, value);
            default:
                return Narrow(name, value, parser);
        }
    }

    private Outcome<SearchRequest> Narrow(string name, string value, SearchValueParser parser)
    {
        var criterion = parser.Parse(Type, name, value);
        if (criterion.Refusal is { } refusal) return refusal;
        if (!IsIndexed(criterion.Value.Table)) return FhirRefusals.NotSupported($"'{criterion.Value.Code}' is of a kind that is not searched yet.");
        Criteria.Add(criterion.Value);
        return Keep(name, value);
    }

    private Outcome<SearchRequest> AddLastUpdated(string name, string value, SearchValueParser parser)
    {
        var criterion = parser.Parse(Type, name, value);
        if (criterion.Refusal is { } refusal) return refusal;
        if (criterion.Value.AnyOf is not [DateTerm term]) return FhirRefusals.NotSupported("_lastUpdated takes one value; repeat the parameter for a range.");
        LastUpdated.Add(term);
        return Keep(name, value);
    }

    private SearchRequest Keep(string name, string value)
    {
        kept.Add((name, value));
        return this;
    }

    private static bool IsUnknown(Refusal refusal) => refusal.Code is "unknown-search-parameter" or "unsupported-search-parameter";

    private static bool IsIndexed(SearchTable table) => table is SearchTable.Token or SearchTable.Reference or SearchTable.String or SearchTable.Date;

    private static bool IsIndexed(SearchParameterDefinition parameter) =>
        parameter.Expression.Length > 0
        && parameter.Kind is SearchParameterKind.Token or SearchParameterKind.Reference or SearchParameterKind.String or SearchParameterKind.Date;

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
