using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Vagus.Fhir.Store;
using Vagus.Kernel;

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
        var (rest, named) = Taken(http.Request.QueryString.Value);
        var format = Choose(http.Request, named);
        // A form may name another format than the headers; it is asked when it has been read.
        if (format is null && !BinaryContent.IsAskedFor(http.Request) && !(IsForm(http.Request) && named.Format is null))
            return new ValueTask<object?>(FhirResponses.Refuse(FhirRefusals.NotAcceptable));
        http.Items[Key] = format ?? AnswerFormat.Json with { IsAcceptable = false };
        // Both are about the answer and no parameters of what is asked.
        if (rest is not null) http.Request.QueryString = new QueryString(rest);
        return next(context);
    }

    /// <summary>The same for the parameters of a form: what is left of it, or a refusal.</summary>
    public static Result<string> OfForm(HttpContext http, string form)
    {
        var (rest, named) = Taken(form);
        if (rest is not null)
        {
            if (Choose(http.Request, named) is not { } format) return FhirRefusals.NotAcceptable;
            http.Items[Key] = format;
            return rest.TrimStart('?');
        }

        return Of(http).IsAcceptable ? form : FhirRefusals.NotAcceptable;
    }

    /// <summary>The format of an answer to this request: of one that came past the filter, the one that was chosen there.</summary>
    public static AnswerFormat Of(HttpContext http) => http.Items.TryGetValue(Key, out var chosen) && chosen is AnswerFormat known
        ? known : Choose(http.Request, Taken(http.Request.QueryString.Value).Named) ?? AnswerFormat.Json;

    public static bool IsNamed(HttpRequest request) =>
        request.HttpContext.Items.TryGetValue(Key, out var chosen) && chosen is AnswerFormat known
            ? known.Named.Format is not null : Taken(request.QueryString.Value).Named.Format is not null;

    /// <summary>Whether the client takes JSON or XML of R4.</summary>
    public static bool IsAcceptable(HttpRequest request) => Choose(request, default) is not null;

    /// <summary>The parameters of the format, as the links of an answer carry them.</summary>
    public static string LinkQueryOf(HttpContext http)
    {
        var named = http.Items.TryGetValue(Key, out var chosen) && chosen is AnswerFormat known ? known.Named : default;
        var format = named.Format is { Length: > 0 } text ? $"{Query}={Uri.EscapeDataString(text)}" : "";
        return named.IsPretty ? $"{format}{(format.Length > 0 ? "&" : "")}{PrettyQuery}=true" : format;
    }

    private static AnswerFormat? Choose(HttpRequest request, NamedFormat named)
    {
        // _format takes precedence over Accept (R4 §3.1.0.1.11).
        if (named.Format is { Length: > 0 } text)
            return JsonFormat.IsNamedBy(text) ? new(IsXml: false) { Named = named }
                : XmlFormat.IsNamedBy(text) ? new AnswerFormat(IsXml: true) { Named = named } : null;
        var accept = request.Headers.Accept;
        if (accept is [] or [null or "" or "*/*" or "application/fhir+json"]) return new(IsXml: false) { Named = named };
        if (accept is ["application/json"]) return new(IsXml: false) { Named = named, Generic = "application/json" };
        var ranges = MediaTypeHeaderValue.TryParseList(accept, out var parsed) ? parsed : [];
        var (json, xml) = (Best(ranges, JsonFormat.MediaTypes), Best(ranges, XmlFormat.MediaTypes));
        return json <= 0 && xml <= 0 ? null : new(IsXml: xml > json)
        {
            Named = named, Generic = GenericOf(ranges, xml > json ? XmlFormat.MediaTypes : JsonFormat.MediaTypes),
        };
    }

    // R4 §3.1.0.1.9: who asks for application/json is answered in application/json.
    private static string? GenericOf(IList<MediaTypeHeaderValue> ranges, string[] types)
    {
        if (ranges is not [{ MatchesAllSubTypes: false } only]) return null;
        var type = only.MediaType.ToString().ToLowerInvariant();
        return types.Contains(type) && !type.Contains("fhir", StringComparison.Ordinal) ? type : null;
    }

    /// <summary>What is left of a query or a form without the parameters of the format; null where it has none of them.</summary>
    private static (string? Others, NamedFormat Named) Taken(string? query)
    {
        if (query is null || (!Has(query, Query) && !Has(query, PrettyQuery))) return (null, default);
        var (rest, named) = (new QueryString(), default(NamedFormat));
        foreach (var pair in new QueryStringEnumerable(query))
        {
            var value = pair.DecodeValue().ToString();
            if (pair.DecodeName().Span is Query) named = named with { Format = value };
            else if (pair.DecodeName().Span is PrettyQuery) named = named with { IsPretty = value == "true" };
            else rest = rest.Add(pair.DecodeName().ToString(), value);
        }

        return (rest.ToString(), named);
    }

    private static bool Has(string query, string name) => query.Contains($"{name}=", StringComparison.Ordinal);

    private static bool IsForm(HttpRequest request) =>
        request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;

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
internal sealed record AnswerFormat(bool IsXml)
{
    /// <summary>By <c>_format</c> and <c>_pretty</c>, which go before the headers.</summary>
    public NamedFormat Named { get; init; }

    /// <summary>The media type without FHIR's own name where the client asked for that; null: FHIR's.</summary>
    public string? Generic { get; init; }

    /// <summary>False: neither the address nor a header allows an answer; a form may still.</summary>
    public bool IsAcceptable { get; init; } = true;

    public static readonly AnswerFormat Json = new(IsXml: false);
}

/// <summary>What the address or the form of a request says of the format; null and false where it says nothing.</summary>
internal readonly record struct NamedFormat(string? Format, bool IsPretty);
