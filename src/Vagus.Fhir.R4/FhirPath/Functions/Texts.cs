using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vagus.Fhir.R4.FhirPath.Evaluation;
using Collection = System.Collections.Generic.IReadOnlyList<Vagus.Fhir.R4.FhirPath.FhirPathValue>;

namespace Vagus.Fhir.R4.FhirPath.Functions;

/// <summary>FHIRPath N1 §5.6: strings. What they make is bounded by <see cref="Evaluator.Made"/>.</summary>
internal static class Texts
{
    public static IEnumerable<(string Name, Function Function)> All =>
    [
        ("indexOf", new Function(1, 1, call => Pair(call, (text, part) => FhirPathValue.Of(text.IndexOf(part, StringComparison.Ordinal))))),
        ("lastIndexOf",
            new Function(1, 1, call => Pair(call, (text, part) => FhirPathValue.Of(text.LastIndexOf(part, StringComparison.Ordinal))))),
        ("startsWith",
            new Function(1, 1, call => Pair(call, (text, part) => FhirPathValue.Of(text.StartsWith(part, StringComparison.Ordinal))))),
        ("endsWith",
            new Function(1, 1, call => Pair(call, (text, part) => FhirPathValue.Of(text.EndsWith(part, StringComparison.Ordinal))))),
        ("contains",
            new Function(1, 1, call => Pair(call, (text, part) => FhirPathValue.Of(text.Contains(part, StringComparison.Ordinal))))),
        ("substring", new Function(1, 2, Substring)),
        ("upper", new Function(0, 0, call => Map(call, text => text.ToUpperInvariant()))),
        ("lower", new Function(0, 0, call => Map(call, text => text.ToLowerInvariant()))),
        ("trim", new Function(0, 0, call => Map(call, text => text.Trim()))),
        ("length", new Function(0, 0, call => call.Text() is { } text ? [FhirPathValue.Of(text.Length)] : [])),
        ("toChars", new Function(0, 0, call => [.. (call.Text() ?? "").Select(c => FhirPathValue.Of(c.ToString()))])),
        ("replace", new Function(2, 2, Replace)),
        ("split", new Function(1, 1, Split)),
        ("join", new Function(0, 1, Join)),
        ("encode", new Function(1, 1, call => Map(call, text => Encode(text, call.Text(0), call)))),
        ("decode", new Function(1, 1, call => Map(call, text => Decode(text, call.Text(0), call)))),
        ("escape", new Function(1, 1, call => Map(call, text => Escape(text, call.Text(0), call)))),
        ("unescape", new Function(1, 1, call => Map(call, text => Unescape(text, call.Text(0), call)))),
    ];

    public static Collection Map(Invocation call, Func<string, string?> change)
    {
        if (call.Text() is not { } text || change(text) is not { } changed) return [];
        return [call.Evaluator.Made(changed)];
    }

    private static Collection Pair(Invocation call, Func<string, string, FhirPathValue> ask) =>
        call.Text() is { } text && call.Text(0) is { } part ? [ask(text, part)] : [];

    private static Collection Substring(Invocation call) => Map(call, text =>
    {
        if (call.Integer(0) is not { } start || start < 0 || start >= text.Length) return null;
        var length = call.Count == 2 ? call.Integer(1) ?? text.Length : text.Length;
        return text.Substring(start, Math.Clamp(length, 0, text.Length - start));
    });

    private static Collection Replace(Invocation call) => Map(call, text =>
    {
        if (call.Text(0) is not { } pattern || call.Text(1) is not { } substitution) return null;
        if ((long)(text.Length + 1) * Math.Max(1, substitution.Length) > Evaluator.LongestText * 10L)
            throw call.Wrong("makes too long a text");
        if (pattern.Length > 0) return text.Replace(pattern, substitution, StringComparison.Ordinal);
        // An empty pattern surrounds every character.
        return substitution + string.Concat(text.Select(c => c + substitution));
    });

    private static Collection Split(Invocation call)
    {
        if (call.Text() is not { } text || call.Text(0) is not { } separator) return [];
        return call.Evaluator.Bounded([.. text.Split(separator, StringSplitOptions.None).Select(FhirPathValue.Of)]);
    }

    private static Collection Join(Invocation call)
    {
        if (call.Input.Count == 0) return [];
        var separator = call.Count == 1 ? call.Text(0) ?? "" : "";
        var parts = call.Input.Select(item => item.Simple as string ?? throw call.Wrong("takes texts")).ToList();
        return parts.Sum(part => (long)part.Length + separator.Length) <= Evaluator.LongestText
            ? [call.Evaluator.Made(string.Join(separator, parts))]
            : throw call.Wrong("makes too long a text");
    }

    private static string? Encode(string text, string? format, Invocation call)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return format switch
        {
            "hex" => Convert.ToHexStringLower(bytes),
            "base64" => Convert.ToBase64String(bytes),
            "urlbase64" => Convert.ToBase64String(bytes).Replace('+', '-').Replace('/', '_'),
            null => null,
            _ => throw call.Wrong("knows hex, base64 and urlbase64"),
        };
    }

    private static string? Decode(string text, string? format, Invocation call)
    {
        try
        {
            return format switch
            {
                "hex" => Encoding.UTF8.GetString(Convert.FromHexString(text)),
                "base64" => Encoding.UTF8.GetString(Convert.FromBase64String(text)),
                "urlbase64" => Encoding.UTF8.GetString(Convert.FromBase64String(text.Replace('-', '+').Replace('_', '/'))),
                null => null,
                _ => throw call.Wrong("knows hex, base64 and urlbase64"),
            };
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static string? Escape(string text, string? target, Invocation call) => target switch
    {
        "html" => WebUtility.HtmlEncode(text),
        "json" => JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString(),
        null => null,
        _ => throw call.Wrong("knows html and json"),
    };

    private static string? Unescape(string text, string? target, Invocation call)
    {
        if (target == "html") return WebUtility.HtmlDecode(text);
        if (target is null) return null;
        if (target != "json") throw call.Wrong("knows html and json");
        try
        {
            // A quotation mark may stand there escaped or bare.
            var inner = text.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            return JsonSerializer.Deserialize($"\"{inner}\"", JsonTexts.Default.String);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
