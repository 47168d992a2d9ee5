using Microsoft.AspNetCore.WebUtilities;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.Store.Index;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Search.Request;

/// <summary>
/// Reads the parameters of a search one by one. Unknown ones are refused, since ignoring one shows more than was asked for; with
/// <c>Prefer: handling=lenient</c> they are left out (R4 §3.1.1.1).
/// </summary>
internal sealed class ReadSearch(SearchValueParser parser, int largestPage)
{
    private const int MostParameters = 64;
    // Each is a part of the statement; SQLite joins at most five hundred.
    private const int MostAlternatives = 200;

    public static Result<SearchRequest> Run(string type, string query, FhirCall call, int pageSize, int largestPage) =>
        new ReadSearch(new SearchValueParser(call.Own, call.Clock), largestPage)
            .Run(query, new SearchRequest(type) { Count = pageSize }, call.Handling == Handling.Lenient);

    /// <summary>
    /// The search of a conditional write: unknown parameters are refused, also with <c>handling=lenient</c>, and it has no pages.
    /// </summary>
    public static Result<SearchRequest> RunCondition(string type, string query, FhirCall call, int matches)
    {
        var read = new ReadSearch(new SearchValueParser(call.Own, call.Clock), largestPage: 1)
            .Run(query, new SearchRequest(type) { Count = matches }, lenient: false);
        return read.IsRefused ? read : read.Value with { Count = matches, After = null };
    }

    private Result<SearchRequest> Run(string query, SearchRequest search, bool lenient)
    {
        var parameters = 0;
        foreach (var pair in new QueryStringEnumerable(query))
        {
            if (++parameters > MostParameters) return FhirRefusals.TooCostly($"A search may have {MostParameters} parameters.");
            var (name, value) = (pair.DecodeName().ToString(), pair.DecodeValue().ToString());
            // PostgreSQL has no such text, and so it matches nothing anywhere.
            if (name.Contains('\0', StringComparison.Ordinal) || value.Contains('\0', StringComparison.Ordinal))
                return FhirRefusals.Invalid("A search value may not hold U+0000.");
            var read = ReadParameter(search, name, value);
            if (read.Refusal is { } refusal && !(lenient && IsUnknown(refusal))) return refusal;
            search = read.IsRefused ? search : read.Value;
            if (search.Alternatives > MostAlternatives) return FhirRefusals.TooCostly($"A search may have {MostAlternatives} values.");
        }

        return search;
    }

    private Result<SearchRequest> ReadParameter(SearchRequest search, string name, string value)
    {
        if (name is "_lastUpdated") return ReadLastUpdated(search, name, value);
        // Both are columns of the resource's own row, never absent; the index does not have them.
        if (name.StartsWith("_id:", StringComparison.Ordinal) || name.StartsWith("_lastUpdated:", StringComparison.Ordinal))
            return FhirRefusals.NotSupported("_id and _lastUpdated take no modifier.");
        return ReadResultParameter.Run(search, name, value, largestPage) ?? ReadCriterion(search, name, value);
    }

    private Result<SearchRequest> ReadCriterion(SearchRequest search, string name, string value)
    {
        var criterion = parser.Parse(search.Type, name, value);
        if (criterion.Refusal is { } refusal) return refusal;
        if (IndexKind.Of(criterion.Value.Kind) is null)
            return new Refusal(
                RefusalKind.Invalid, "unsupported-search-parameter", $"'{criterion.Value.Code}' is of a kind that is not searched yet.");
        return search with { Criteria = [.. search.Criteria, criterion.Value], Kept = [.. search.Kept, (name, value)] };
    }

    private Result<SearchRequest> ReadLastUpdated(SearchRequest search, string name, string value)
    {
        var criterion = parser.Parse(search.Type, name, value);
        if (criterion.Refusal is { } refusal) return refusal;
        if (criterion.Value.AnyOf is not [DateTerm term])
            return FhirRefusals.NotSupported("_lastUpdated takes one value; repeat the parameter for a range.");
        return search with { LastUpdated = [.. search.LastUpdated, term], Kept = [.. search.Kept, (name, value)] };
    }

    private static bool IsUnknown(Refusal refusal) => refusal.Code is "unknown-search-parameter" or "unsupported-search-parameter";
}
