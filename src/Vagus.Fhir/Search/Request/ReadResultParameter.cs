using System.Globalization;
using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Search.Request;

/// <summary>The parameters that shape the result (R4 §3.1.1.3).</summary>
internal static class ReadResultParameter
{
    private const string CountName = "_count";
    private const string Unsupported = "unsupported-search-parameter";

    /// <summary>Null: the parameter is none of these.</summary>
    public static Result<SearchRequest>? Run(
        SearchRequest search, SearchParameterSet parameters, Reach reach, string name, string value, int largestPage)
    {
        var kept = search with { Kept = [.. search.Kept, (name, value)] };
        switch (name)
        {
            case CountName:
                return Count(kept, value, largestPage);
            case "_sort":
                return Sort(kept, parameters, value);
            case "_total":
                return value is "accurate" or "estimate" or "none"
                    ? kept with { WantsTotal = value is not "none" }
                    : FhirRefusals.Invalid("_total takes none, estimate or accurate.");
            case "_summary":
                return Summary(kept, value);
            case "_elements":
                return Elements(kept, value);
            case "_format" when value.Length == 0 || JsonFormat.IsNamedBy(value):
            case "_pretty":
                return search;
            case "_format":
                return FhirRefusals.NotAcceptable;
            case "_contained" when value is "false":
                return kept;
            case "_contained" or "_containedType" or "_score" or "_filter" or "_query":
                return new Refusal(RefusalKind.Invalid, Unsupported, $"This server does not search by {name}.");
            case PageCursors.Parameter:
                return kept with { Cursor = value };
            default:
                return Include(kept, parameters, reach, name, value);
        }
    }

    private static Result<SearchRequest> Count(SearchRequest kept, string value, int largestPage)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return FhirRefusals.Invalid("_count must be a number.");
        if (count == 0) return kept with { CountOnly = true };
        // The self link says what was done: the last one counts, and not beyond the largest page.
        var done = Math.Min(count, largestPage);
        return kept with
        {
            Count = done,
            Kept = [.. kept.Kept.Where(each => each.Name != CountName), (CountName, done.ToString(CultureInfo.InvariantCulture))],
        };
    }

    private static Result<SearchRequest> Sort(SearchRequest kept, SearchParameterSet parameters, string value)
    {
        switch (value)
        {
            case "_lastUpdated": return kept with { Order = SearchOrder.OldestChange, SortKeys = [] };
            case "-_lastUpdated": return kept with { Order = SearchOrder.NewestChange, SortKeys = [] };
        }

        var keys = SortParameter.Parse(parameters, kept.Type, value);
        return keys.Refusal is { } refused ? refused : kept with { Order = SearchOrder.Sorted, SortKeys = keys.Value };
    }

    private static Result<SearchRequest> Summary(SearchRequest kept, string value)
    {
        if (value == "count") return kept with { CountOnly = true };
        var subset = ReadSubset.Summary(value);
        if (subset.Refusal is { } refused) return refused;
        return subset.Value is null ? kept : kept with { Subset = subset.Value };
    }

    private static Result<SearchRequest> Elements(SearchRequest kept, string value)
    {
        var subset = ReadSubset.Elements(value);
        if (subset.Refusal is { } refused) return refused;
        var isSummary = kept.Subset is not (null or { Kind: SummaryKind.Elements });
        return subset.Value is null || isSummary ? kept : kept with { Subset = subset.Value };
    }

    private static Result<SearchRequest>? Include(
        SearchRequest kept, SearchParameterSet parameters, Reach reach, string name, string value)
    {
        if (IncludeDirective.Parse(parameters, reach, name, value) is not { } include) return null;
        if (include.Refusal is { } refused) return refused;
        if (kept.Includes.Count >= IncludeDirective.Most) return FhirRefusals.TooCostly($"A search has at most {IncludeDirective.Most} includes.");
        return kept with { Includes = [.. kept.Includes, include.Value] };
    }
}
