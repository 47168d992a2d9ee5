using Microsoft.AspNetCore.WebUtilities;

namespace Vagus.Server.Edge;

/// <summary>
/// What a request is worth against the rates: one unit, more for a search by what it joins, and more for a large body. Of its body only the
/// form of a search is read before. The limits of a single search (its depth, its time) are the FHIR room's own.
/// </summary>
internal static class RequestCost
{
    private const int Search = 5;
    private const int Join = 5;
    private const int MostOfSearch = 50;
    private const int BytesPerUnit = 32 * 1024;
    private const int MostOfBody = 500;
    private const int LargestForm = 64 * 1024;

    /// <summary>
    /// The same as <see cref="Of"/>, and of a search whose parameters are in a form what these join. The form can be read again.
    /// </summary>
    public static async ValueTask<int> WithForm(HttpRequest request, CancellationToken cancel)
    {
        var cost = Of(request);
        if (!HttpMethods.IsPost(request.Method) || !IsSearch(request)) return cost;
        if (request.ContentLength is not <= LargestForm) return cost + MostOfSearch;
        request.EnableBuffering(LargestForm);
        using var reader = new StreamReader(request.Body, leaveOpen: true);
        var joins = Joins(await reader.ReadToEndAsync(cancel));
        request.Body.Position = 0;
        return cost + Math.Min(MostOfSearch, Join * joins);
    }

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
        foreach (var pair in new QueryStringEnumerable(query))
        {
            var name = pair.DecodeName().Span;
            if (name.StartsWith("_include") || name.StartsWith("_revinclude") || name.StartsWith("_has") || name.Contains('.')) joins++;
        }

        return joins;
    }
}
