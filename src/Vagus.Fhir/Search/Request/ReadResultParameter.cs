using System.Globalization;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Search.Request;

/// <summary>The parameters that shape the result (R4 §3.1.1.3), and <c>_id</c>.</summary>
internal static class ReadResultParameter
{
    /// <summary>Null: the parameter is none of these.</summary>
    public static Result<SearchRequest>? Run(SearchRequest search, string name, string value, int largestPage)
    {
        var kept = search with { Kept = [.. search.Kept, (name, value)] };
        switch (name)
        {
            case "_id":
                return kept with { Ids = [.. search.Ids, value.Split(',', StringSplitOptions.RemoveEmptyEntries)] };
            case "_count":
                return Count(kept, value, largestPage);
            case "_sort":
                if (value is not ("_lastUpdated" or "-_lastUpdated"))
                    return FhirRefusals.NotSupported("_sort takes _lastUpdated or -_lastUpdated.");
                return kept with { Order = value[0] == '-' ? SearchOrder.NewestChange : SearchOrder.OldestChange };
            case "_total":
                return value is "accurate" or "estimate" or "none"
                    ? kept with { WantsTotal = value is not "none" }
                    : FhirRefusals.Invalid("_total takes none, estimate or accurate.");
            case "_summary" when value is "count":
                return kept with { CountOnly = true };
            case "_summary" when value is "false":
            case "_format" when value.Length == 0 || JsonFormat.IsNamedBy(value):
                return search;
            case "_format":
                return FhirRefusals.NotAcceptable;
            case SearchRequest.CursorName:
                if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var position))
                    return FhirRefusals.Invalid("The link to this page is damaged.");
                return kept with { After = position };
            default:
                return null;
        }
    }

    private static Result<SearchRequest> Count(SearchRequest kept, string value, int largestPage)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return FhirRefusals.Invalid("_count must be a number.");
        return count == 0 ? kept with { CountOnly = true } : kept with { Count = Math.Min(count, largestPage) };
    }
}
