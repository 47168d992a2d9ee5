using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;

namespace Vagus.Fhir.Search.Request;

/// <summary>
/// Searches that no index leads to their page, by their form alone: all matches are put in the order of several parameters, counted,
/// followed through their references again and again, or given in hundreds.
/// </summary>
internal static class CostlyForm
{
    private const int LargePage = 200;

    public static bool Is(string query)
    {
        foreach (var pair in new QueryStringEnumerable(query))
        {
            if (IsCostly(pair.DecodeName().Span, pair.DecodeValue().Span)) return true;
        }

        return false;
    }

    private static bool IsCostly(ReadOnlySpan<char> name, ReadOnlySpan<char> value) => name switch
    {
        "_sort" => value.Contains(','),
        "_total" => value is "accurate",
        "_count" => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > LargePage,
        "_include" or "_revinclude" => value.Contains('*'),
        "_include:iterate" or "_revinclude:iterate" => true,
        _ => false,
    };
}
