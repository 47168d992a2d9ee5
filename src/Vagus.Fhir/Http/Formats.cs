using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Http;

/// <summary>
/// In which format an answer is given: JSON or XML of R4 (R4 §3.1.0.1.9, RFC 9110 §12.5.1). The content of a Binary in its own type is
/// chosen by <see cref="BinaryContent"/>.
/// </summary>
internal static class Formats
{
    private const string Query = "_format";
    private const string PrettyQuery = "_pretty";
    private static readonly object Key = new();

    /// <summary>Endpoint filter: nothing is read or written for a client that could not read the answer.</summary>
    public static ValueTask<object?> Refuse(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var format = Choose(http.Request);
        if (format is null && !BinaryContent.IsAskedFor(http.Request))
            return new ValueTask<object?>(FhirResponses.Refuse(FhirRefusals.NotAcceptable));
        http.Items[Key] = (format ?? AnswerFormat.Json) with { IsNamed = Has(http.Request, Query) };
        Take(http.Request);
        return next(context);
    }

    /// <summary>The format of an answer to this request: of one that came past the filter, the one that was chosen there.</summary>
    public static AnswerFormat Of(HttpContext http) =>
        http.Items.TryGetValue(Key, out var chosen) && chosen is AnswerFormat known ? known : Choose(http.Request) ?? AnswerFormat.Json;

    public static bool IsNamed(HttpRequest request) =>
        Has(request, Query) || (request.HttpContext.Items.TryGetValue(Key, out var chosen) && chosen is AnswerFormat { IsNamed: true });

    /// <summary>Whether the client takes JSON or XML of R4.</summary>
    public static bool IsAcceptable(HttpRequest request) => Choose(request) is not null;

    private static AnswerFormat? Choose(HttpRequest request)
    {
        var pretty = Has(request, PrettyQuery) && request.Query[PrettyQuery] == "true";
        // _format takes precedence over Accept (R4 §3.1.0.1.11).
        if (Has(request, Query) && request.Query[Query].ToString() is { Length: > 0 } named)
            return Named(named) is { } format ? format with { IsPretty = pretty } : null;
        var accept = request.Headers.Accept;
        if (accept is [] or [null or "" or "*/*" or "application/fhir+json" or "application/json"]) return new(IsXml: false, pretty);
        var ranges = MediaTypeHeaderValue.TryParseList(accept, out var parsed) ? parsed : [];
        var (json, xml) = (Best(ranges, JsonFormat.MediaTypes), Best(ranges, XmlFormat.MediaTypes));
        return json <= 0 && xml <= 0 ? null : new(IsXml: xml > json, pretty);
    }

    private static AnswerFormat? Named(string format) =>
        JsonFormat.IsNamedBy(format) ? new(IsXml: false) : XmlFormat.IsNamedBy(format) ? new AnswerFormat(IsXml: true) : null;

    // Both are about the answer and no parameters of what is asked.
    private static void Take(HttpRequest request)
    {
        if (!Has(request, Query) && !Has(request, PrettyQuery)) return;
        var rest = new QueryString();
        foreach (var pair in new QueryStringEnumerable(request.QueryString.Value))
        {
            if (pair.DecodeName().Span is Query or PrettyQuery) continue;
            rest = rest.Add(pair.DecodeName().ToString(), pair.DecodeValue().ToString());
        }

        request.QueryString = rest;
    }

    private static bool Has(HttpRequest request, string name) =>
        request.QueryString.Value?.Contains($"{name}=", StringComparison.Ordinal) == true;

    private static double Best(IList<MediaTypeHeaderValue> ranges, string[] types) => types.Max(type => Quality(ranges, type));

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

/// <summary>The format of one answer.</summary>
internal sealed record AnswerFormat(bool IsXml, bool IsPretty = false)
{
    /// <summary>By <c>_format</c>, which goes before the headers.</summary>
    public bool IsNamed { get; init; }

    public static readonly AnswerFormat Json = new(IsXml: false);
}
