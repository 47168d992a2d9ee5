namespace Vagus.Server.Edge;

/// <summary>
/// What a request is worth against the rates, before it is read: one unit, more for a search by what it joins, and more for a large body.
/// The limits of a single search (its depth, its time) are the FHIR room's own.
/// </summary>
internal static class RequestCost
{
    private const int Search = 5;
    private const int Join = 5;
    private const int MostOfSearch = 50;
    private const int BytesPerUnit = 32 * 1024;
    private const int MostOfBody = 500;

    public static int Of(HttpRequest request)
    {
        var cost = 1 + (int)Math.Min(MostOfBody, (request.ContentLength ?? 0) / BytesPerUnit);
        if (IsEvents(request)) return cost + MostOfSearch;
        return IsSearch(request) ? cost + Math.Min(MostOfSearch, Search + (Join * Joins(request.QueryString.Value))) : cost;
    }

    /// <summary><c>/fhir/Subscription/id/$events</c>: up to a thousand events with their resources and what goes with these.</summary>
    private static bool IsEvents(HttpRequest request) =>
        request.Path.StartsWithSegments("/fhir/Subscription", StringComparison.OrdinalIgnoreCase, out var rest)
            && rest.Value?.TrimEnd('/').EndsWith("/$events", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary><c>/fhir/Type?…</c> or <c>/fhir/Type/_search</c>.</summary>
    private static bool IsSearch(HttpRequest request)
    {
        if (!request.Path.StartsWithSegments("/fhir", StringComparison.OrdinalIgnoreCase, out var rest) || !rest.HasValue) return false;
        if (HttpMethods.IsPost(request.Method)) return rest.Value.EndsWith("/_search", StringComparison.Ordinal);
        return request.QueryString.HasValue && rest.Value.LastIndexOf('/') == 0;
    }

    /// <summary>Includes, reverse chains and chains (a dot in a parameter's name).</summary>
    private static int Joins(string? query)
    {
        var joins = 0;
        foreach (var part in (query ?? "").TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = part.AsSpan(0, part.IndexOf('=', StringComparison.Ordinal) is >= 0 and var end ? end : part.Length);
            if (name.StartsWith("_include") || name.StartsWith("_revinclude") || name.StartsWith("_has") || name.Contains('.')) joins++;
        }

        return joins;
    }
}
