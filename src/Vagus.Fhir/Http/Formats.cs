using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Http;

/// <summary>
/// Whether an answer may be JSON of R4, the only format there is (R4 §3.1.0.1.9, RFC 9110 §12.5.1). A Binary, too, is answered as a
/// resource and not in its own content type: what a client stored is never served as a page of this origin.
/// </summary>
internal static class Formats
{
    /// <summary>Endpoint filter: nothing is read or written for a client that could not read the answer.</summary>
    public static ValueTask<object?> Refuse(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        MayBeJson(context.HttpContext.Request) ? next(context) : new ValueTask<object?>(FhirResponses.Refuse(FhirRefusals.NotAcceptable));

    private static bool MayBeJson(HttpRequest request)
    {
        // _format takes precedence over Accept (R4 §3.1.0.1.11).
        if (Asked(request) is { Length: > 0 } format) return JsonFormat.IsNamedBy(format);
        var accept = request.Headers.Accept;
        return accept is [] or [null or "" or "*/*" or "application/fhir+json" or "application/json"] || Accepts(accept);
    }

    private static string? Asked(HttpRequest request) =>
        request.QueryString.Value?.Contains("_format=", StringComparison.Ordinal) == true ? request.Query["_format"].ToString() : null;

    private static bool Accepts(StringValues accept)
    {
        var ranges = MediaTypeHeaderValue.TryParseList(accept, out var parsed) ? parsed : [];
        return JsonFormat.MediaTypes.Any(type => Quality(ranges, type) > 0);
    }

    /// <summary>By the range that names the type most closely.</summary>
    private static double Quality(IEnumerable<MediaTypeHeaderValue> ranges, string type)
    {
        var (closest, quality) = (-1, 0.0);
        foreach (var range in ranges)
        {
            var closeness = Closeness(range, type);
            if (closeness < closest || closeness < 0) continue;
            quality = closeness > closest ? range.Quality ?? 1 : Math.Max(quality, range.Quality ?? 1);
            closest = closeness;
        }

        return quality;
    }

    private static int Closeness(MediaTypeHeaderValue range, string type)
    {
        if (!JsonFormat.IsR4(range)) return -1;
        if (range.MatchesAllTypes) return 0;
        if (range.MatchesAllSubTypes) return type.StartsWith($"{range.Type}/", StringComparison.OrdinalIgnoreCase) ? 1 : -1;
        return range.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase) ? 2 : -1;
    }
}
