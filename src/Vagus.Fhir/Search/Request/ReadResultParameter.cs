using System.Globalization;
using Vagus.Access.Authorization;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Search.Request;

/// <summary>The parameters that shape the result (R4 §3.1.1.3).</summary>
internal static class ReadResultParameter
{
    private const string Unsupported = "unsupported-search-parameter";

    /// <summary>Null: the parameter is none of these.</summary>
    public static Result<SearchRequest>? Run(SearchRequest search, Reach reach, string name, string value, int largestPage)
    {
        var kept = search with { Kept = [.. search.Kept, (name, value)] };
        switch (name)
        {
            case "_count":
                return Count(kept, value, largestPage);
            case "_sort":
                return Sort(kept, value);
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
            case "_contained" or "_containedType" or "_score" or "_filter" or "_query" or "_text" or "_content":
                return new Refusal(RefusalKind.Invalid, Unsupported, $"This server does not search by {name}.");
            case PageCursors.Parameter:
                return kept with { Cursor = value };
            default:
                return Include(kept, reach, name, value);
        }
    }

    private static Result<SearchRequest> Count(SearchRequest kept, string value, int largestPage)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return FhirRefusals.Invalid("_count must be a number.");
        return count == 0 ? kept with { CountOnly = true } : kept with { Count = Math.Min(count, largestPage) };
    }

    private static Result<SearchRequest> Sort(SearchRequest kept, string value)
    {
        switch (value)
        {
            case "_lastUpdated": return kept with { Order = SearchOrder.OldestChange, SortKeys = [] };
            case "-_lastUpdated": return kept with { Order = SearchOrder.NewestChange, SortKeys = [] };
        }

        var keys = SortParameter.Parse(kept.Type, value);
        return keys.Refusal is { } refused ? refused : kept with { Order = SearchOrder.Sorted, SortKeys = keys.Value };
    }

    private static Result<SearchRequest> Summary(SearchRequest kept, string value) => value switch
    {
        "count" => kept with { CountOnly = true },
        "false" => kept,
        "true" => kept with { Subset = new Subset(SubsetKind.Summary, []) },
        "text" => kept with { Subset = new Subset(SubsetKind.Text, []) },
        "data" => kept with { Subset = new Subset(SubsetKind.Data, []) },
        _ => FhirRefusals.Invalid("_summary takes true, text, data, count or false."),
    };

    private static Result<SearchRequest> Elements(SearchRequest kept, string value)
    {
        var names = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (names.Length > Subset.MostNames) return FhirRefusals.TooCostly($"_elements takes {Subset.MostNames} names.");
        return names.Length == 0
            ? FhirRefusals.Invalid("_elements names elements.")
            : kept with { Subset = new Subset(SubsetKind.Elements, names) };
    }

    private static Result<SearchRequest>? Include(SearchRequest kept, Reach reach, string name, string value)
    {
        if (IncludeDirective.Parse(reach, name, value) is not { } include) return null;
        if (include.Refusal is { } refused) return refused;
        if (kept.Includes.Count >= IncludeDirective.Most) return FhirRefusals.TooCostly($"A search has at most {IncludeDirective.Most} includes.");
        return kept with { Includes = [.. kept.Includes, include.Value] };
    }
}
